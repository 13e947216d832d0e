package robustness_test

import (
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

func TestUnlikelySizesAreQuestioned(t *testing.T) {
	small, cifar := robustness.Shape{Channels: 1, Height: 8, Width: 8}, robustness.Shape{Channels: 3, Height: 32, Width: 32}
	for _, c := range []struct {
		threat robustness.Threat
		shape  robustness.Shape
		want   string // empty: none
	}{
		{robustness.Threat{Eps: 8. / 255}, small, ""},
		{robustness.Threat{Eps: .1 / 255}, small, ""},
		{robustness.Threat{Eps: 254. / 255}, cifar, ""},
		{robustness.Threat{Eps: 1}, cifar, "Linf 255/255 allows any image"},
		{robustness.Threat{Eps: 2}, cifar, "allows any image"},
		{robustness.Threat{Eps: .01 / 255}, cifar, "no value of an image by more than a tenth of 1/255"},
		{robustness.Threat{Norm: robustness.L2, Eps: .5}, small, ""},
		{robustness.Threat{Norm: robustness.L2, Eps: 36. / 255}, cifar, ""},
		{robustness.Threat{Norm: robustness.L2, Eps: 1. / 255}, small, "L2 0.00392157 is a size for Linf: spread over all 64 values of an image it changes each by 0.12/255; L2 radii such as 0.5"},
		{robustness.Threat{Norm: robustness.L2, Eps: 8. / 255}, cifar, "is a size for Linf"},
		{robustness.Threat{Norm: robustness.L2, Eps: 8}, small, "no two images of 64 values are further apart than 8"},
		{robustness.Threat{Norm: robustness.L2, Eps: 8}, cifar, ""},
	} {
		if err := c.threat.Validate(); err != nil {
			t.Errorf("%v: %v", c.threat, err)
		}
		if got := c.threat.Doubt(c.shape); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v on %v: %q, want %q", c.threat, c.shape, got, c.want)
		}
	}
	for _, n := range []robustness.Norm{robustness.Linf, robustness.L2} {
		if got := (robustness.Threat{Norm: n, Eps: n.Usual()}).Doubt(cifar); got != "" {
			t.Errorf("the usual size is questioned: %s", got)
		}
	}
}
