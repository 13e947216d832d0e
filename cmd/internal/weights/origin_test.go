package weights

import (
	"strings"
	"testing"
)

func TestNormalisationOfOtherPixelsIsQuestioned(t *testing.T) {
	for _, c := range []struct {
		mean, std []float32
		want      string // empty: no question
	}{
		{nil, nil, ""},
		{[]float32{0, 0, 0}, []float32{1, 1, 1}, ""},
		{[]float32{.5}, []float32{.5}, ""},
		{[]float32{.4914, .4822, .4465}, []float32{.247, .2435, .2616}, ""},
		{[]float32{0}, []float32{1. / 255}, ""}, // the network sees 0 to 255
		{[]float32{73.12}, []float32{77.88}, "--mean 0.2867 --std 0.3054 may be meant"},
		{[]float32{125.3, 123, 113.9}, []float32{63, 62.1, 66.7}, "--mean 0.4914,0.4824,0.4467 --std 0.2471,0.2435,0.2616 may be meant"},
		{[]float32{.49, .48, 113.9}, []float32{.2, .2, .2}, "pixels from 0 to 255"},
		{[]float32{0}, []float32{255}, "none is so far from their mean"},
		{[]float32{-.5}, []float32{1}, "and so is their mean"},
		{[]float32{.0011}, []float32{.0012}, "divided by 255 twice?"},
	} {
		if got := units(c.mean, c.std); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%v %v: %q, want %q", c.mean, c.std, got, c.want)
		}
	}
}
