package main

import (
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
)

func TestBestCellsAreComparedAcrossTables(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, sharedtest.Robustness(t)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Of the best 64 classes",
		"Over the 405 classes with two 3x3 convolutions",
		"\ncifar10 mean_adv_acc, mean of 31 values  0.2149  0.3184  0.4087  ", // the paper's 20 to 41 %
		"\ncifar10 clean_acc                        0.9460  ",
		"\nmicro clean_acc                          0.8",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
