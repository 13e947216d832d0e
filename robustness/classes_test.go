package robustness_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

func TestMethodsLeaveOutWhatNeedsMoreClasses(t *testing.T) {
	for _, c := range []struct {
		name    string
		classes int
		want    string // String; empty: a ClassesError
	}{
		{"pgd", 2, "40 steps of 0.03333 eps from a random start"},
		{"fgsm", 1, ""},
		{"apgd-dlr", 2, ""},
		{"apgd-dlr", 3, "100 steps"},
		{"apgd-t", 3, ""},
		{"apgd-t", 4, "100 steps to each of 3 classes"},
		{"fab-t", 2, "100 steps to one class"},
		{"aa", 1, ""},
		{"aa", 2, "apgd-ce 100 steps, fab-t 100 steps to one class, square 5000 queries, without apgd-t (needs 4 classes, not 2)"},
		{"aa", 3, "apgd-ce 100 steps, fab-t 100 steps to each of 2 classes, square 5000 queries, without apgd-t (needs 4 classes, not 3)"},
		{"aa", 4, "apgd-ce 100 steps, apgd-t 100 steps to each of 3 classes, fab-t 100 steps to each of 3 classes, square 5000 queries"},
		{"aa", 10, "apgd-ce 100 steps, apgd-t 100 steps to each of 9 classes, fab-t 100 steps to each of 9 classes, square 5000 queries"},
		{"aa", 100, "apgd-ce 100 steps, apgd-t 100 steps to each of 9 classes, fab-t 100 steps to each of 9 classes, square 5000 queries"},
	} {
		usual, err := robustness.Methods().Named(c.name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := usual.For(c.classes)
		if c.want == "" {
			if few := new(robustness.ClassesError); !errors.As(err, &few) || few.Have != c.classes {
				t.Errorf("%s with %d classes: %v, want a ClassesError", c.name, c.classes, err)
			}
			continue
		}
		if err != nil || m.String() != c.want {
			t.Errorf("%s with %d classes: %q, %v; want %q", c.name, c.classes, m, err, c.want)
		}
		again, err := m.For(c.classes)
		if err != nil || again.String() != c.want || again.How != m.How {
			t.Errorf("%s with %d classes, twice: %q, %v", c.name, c.classes, again, err)
		}
		if left := strings.Contains(m.How, "without apgd-t"); left != (c.name == "aa" && c.classes < 4) {
			t.Errorf("%s with %d classes: %q", c.name, c.classes, m.How)
		}
	}
}

// Every attack that takes a model of few classes judges it, and a harness that nobody has told leaves out the rest.
func TestFewClassesAreAttacked(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for classes := 2; classes <= 5; classes++ {
		model := newLinear(r, robustness.Shape{Channels: 1, Height: 4, Width: 4}, classes)
		x, y := model.sample(r, 12, .1, .9)
		e := robustness.Evaluation{Threats: []robustness.Threat{{Eps: .1}, {Norm: robustness.L2, Eps: .3}}}
		for _, m := range robustness.Methods() {
			if _, err := m.For(classes); err == nil {
				e.Methods = append(e.Methods, m)
			}
		}
		report, err := e.Run(t.Context(), []robustness.Model{model}, x, y)
		if err != nil {
			t.Fatalf("%d classes: %v", classes, err)
		}
		for _, result := range report.Results {
			if result.Method.Name == "aa" && (result.Method.Without() == "") != (classes >= 4) {
				t.Errorf("%d classes: aa ran %v", classes, result.Method)
			}
		}
	}
}
