package objective

import "testing"

func TestParseEps(t *testing.T) {
	for _, c := range []struct {
		text string
		want Eps // 0: an error
	}{
		{"1/255", 1}, {"8/255", 8}, {"0.5/255", .5}, {"255/255", 255},
		{"0.00392", 1}, {"0.0039", 1}, {"0.0314", 8}, {"0.00196", .5}, {"0.00039", .1}, {"0.03", 7.65},
		{"1", 0}, {"8", 0}, {"0", 0}, {"-1/255", 0}, {"0/255", 0}, {"NaN/255", 0}, {"Inf/255", 0}, {"NaN", 0}, {"", 0}, {"/255", 0}, {"a/255", 0}, {"1/256", 0},
	} {
		got, err := ParseEps(c.text)
		if (err != nil) != (c.want == 0) || err == nil && !got.Same(c.want) {
			t.Errorf("ParseEps(%q) = %v, %v; want %v", c.text, got, err, c.want)
		}
	}
	if got := Eps(.5).String(); got != "0.5/255" {
		t.Errorf("half an eps is written %s", got)
	}
}

func TestMetricNamesItsSetting(t *testing.T) {
	for _, c := range []struct{ setting, want string }{
		{"", "m"}, {"1/255", "m at 1/255"}, {"severity 3", "m at severity 3"}, {"mean of 5 severities", "m, mean of 5 severities"},
	} {
		if got := (Metric{Name: "m", Setting: c.setting}).String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestDirectionsAsText(t *testing.T) {
	for _, d := range []Direction{Maximize, Minimize} {
		text, err := d.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Direction
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Errorf("%v became %v: %v", d, back, err)
		}
		if (d.Compare(1, 2) < 0) != d.Better(1, 2) || (d.Compare(2, 1) < 0) != d.Better(2, 1) || d.Compare(1, 2) != -d.Compare(2, 1) || d.Compare(1, 1) != 0 {
			t.Errorf("%v compares 1 with 2 as %d", d, d.Compare(1, 2))
		}
		if d.Better(1, 2) == d.Better(2, 1) || d.Better(1, 1) {
			t.Errorf("%v: no order", d)
		}
	}
	if err := new(Direction).UnmarshalText([]byte("up")); err == nil {
		t.Error("direction up: no error")
	}
}
