package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/spacetest"
	"github.com/nassearch/nassearch/strategies"
)

var (
	small = Pieces{Count: 3, Longest: 4}
	_     = objective.Landscape(Fit{})
)

func TestSpaceKeepsTheContract(t *testing.T) { spacetest.Run(t, small) }

func TestFitKeepsTheContract(t *testing.T) { objectivetest.Run(t, small, NewFit(small)) }

func TestVectorsAreEncodedAsLengths(t *testing.T) {
	if x := small.Encode("1,3,2"); !slices.Equal(x, []float64{1, 3, 2}) {
		t.Errorf("%v", x)
	}
}

func TestStrangeTextsAreRefused(t *testing.T) {
	for _, text := range []space.Arch{"", "1,2", "1,2,3,4", "1,2,5", "0,1,2", "1,x,2", "1, 2,3", "01,2,3"} {
		if small.Validate(text) == nil {
			t.Errorf("%q is accepted", text)
		}
		if _, err := small.ClassOf(text); err == nil {
			t.Errorf("%q has a class", text)
		}
		if _, err := NewFit(small).Evaluate(t.Context(), objective.Request{Arch: text}); err == nil {
			t.Errorf("%q has a value", text)
		}
	}
}

func TestDrawingShowsLengths(t *testing.T) {
	if got, want := small.Draw("1,3,2"), "├──┼──────┼────┤\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Straight pieces of equal length follow a smooth curve with an error of the second order: half the length, a quarter
// of the deviation.
func TestDeviationIsOfTheSecondOrder(t *testing.T) {
	of := func(n int) float64 { return deviation(slices.Repeat([]int{1}, n)) }
	if ratio := of(100) / of(200); math.Abs(ratio-4) > .01 {
		t.Errorf("100 pieces deviate %.4f times as much as 200: want 4", ratio)
	}
}

func TestLandscapeIsWhatIsMeasured(t *testing.T) {
	fit := NewFit(small)
	for class := range small.Classes() {
		out, err := fit.Evaluate(t.Context(), objective.Request{Arch: small.Class(class)})
		if err != nil || !slices.Equal(out.Values, fit.Values(class)) {
			t.Errorf("%s: %v, %v, in the landscape %v", small.Class(class), out.Values, err, fit.Values(class))
		}
	}
}

func TestSpaceIsSearchedAndReported(t *testing.T) {
	fit, dir := NewFit(Pieces{Count: 5, Longest: 5}), t.TempDir()
	var text bytes.Buffer
	if err := searched(&text, dir, fit); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Queries int
		Optimum float64
		Best    struct {
			Arch   space.Arch
			Values map[string]float64
			Rank   int
		}
	}
	if err := json.Unmarshal(read(t, dir, "study.json"), &got); err != nil {
		t.Fatal(err)
	}
	class, err := fit.space.ClassOf(got.Best.Arch)
	if err != nil || got.Best.Values["deviation"] != fit.Values(class)[0] || got.Best.Rank != fit.Rank(0, fit.Values(class)[0]) {
		t.Errorf("%+v: %v", got, err)
	}
	if best, _, _ := fit.Optimum(0); got.Queries != 200 || got.Optimum != best || got.Best.Rank > 60 {
		t.Errorf("%+v: 200 queries should find one of the best 60, and the optimum is %g", got, best)
	}
	drawing := strings.TrimSpace(fit.space.Draw(got.Best.Arch))
	for _, want := range []string{"formula  " + about + " · 3,125 classes", " of 3,125 · regret ", drawing, "best deviation after each query"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	contains(t, dir, "study.html", "evolution on deviation", string(got.Best.Arch), "<svg", about)
}

func TestStrategiesAreComparedAndReported(t *testing.T) {
	dir := t.TempDir()
	var text bytes.Buffer
	if err := compared(&text, dir, NewFit(small)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"problem  deviation · optimum ", "bo - evolution", "optimum  reached"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
	rows, err := csv.NewReader(bytes.NewReader(read(t, dir, "runs.csv"))).ReadAll()
	if err != nil || len(rows) != 1+len(strategies.All())*10 {
		t.Errorf("%d rows of runs, %v: want a title, and 10 runs of each strategy", len(rows), err)
	}
	contains(t, dir, "comparison.html", " and tpe", "<svg", about)
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func contains(t *testing.T, dir, name string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(string(read(t, dir, name)), want) {
			t.Errorf("%s: no %q", name, want)
		}
	}
}
