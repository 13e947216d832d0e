package objective

import "testing"

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
