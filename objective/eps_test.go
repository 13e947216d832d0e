package objective

import "testing"

func TestParseEps(t *testing.T) {
	for _, c := range []struct {
		text string
		want Eps // 0: an error
	}{
		{"1/255", 1}, {"8/255", 8}, {"0.5/255", .5}, {"255/255", 255}, {"8.00123456/255", 8.00123456},
		{"0.00392", 1}, {"0.0039", 1}, {"0.0314", 8}, {"0.00196", .5}, {"0.00039", .1}, {"0.03", 7.65},
		{"1", 0}, {"8", 0}, {"0", 0}, {"-1/255", 0}, {"0/255", 0}, {"NaN/255", 0}, {"Inf/255", 0}, {"NaN", 0}, {"", 0}, {"/255", 0}, {"a/255", 0}, {"1/256", 0},
	} {
		got, err := ParseEps(c.text)
		if (err != nil) != (c.want == 0) || err == nil && got != c.want {
			t.Errorf("ParseEps(%q) = %v, %v; want %v", c.text, got, err, c.want)
		}
	}
	if got := Eps(.5).String(); got != "0.5/255" {
		t.Errorf("half an eps is written %s", got)
	}
}
