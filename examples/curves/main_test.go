package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
)

func TestCurvesAreDrawn(t *testing.T) {
	file := filepath.Join(t.TempDir(), "curves.svg")
	if err := draw(t.Context(), sharedtest.Robustness(t), "pgd_acc", 2, 20, file); err != nil {
		t.Fatal(err)
	}
	svg, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<svg", "evolution", "optimum", "best pgd_acc at 1/255"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("no %q in the picture", want)
		}
	}
}
