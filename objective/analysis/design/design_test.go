package design_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/design"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

var cells = table.Benchmark("cifar10")

// subject is a metric of all classes by a function of their representatives.
func subject(of func(class int, c nasbench201.Cell) float64) design.Subject {
	s := design.Subject{
		Space: cells, Names: space.Names{Space: cells}, Metric: objective.Metric{Name: "pgd_acc"},
		Values: make([]float64, cells.Classes()),
	}
	for class := range s.Values {
		c, _ := nasbench201.Parse(cells.Class(class))
		s.Values[class] = of(class, c)
	}
	return s
}

func analyse(t *testing.T, s design.Subject, o design.Options) *design.Result {
	t.Helper()
	r, err := design.Analyse(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestStringsAreAFullFactorial: effects over all strings are differences of means, and what edges explain adds up.
func TestStringsAreAFullFactorial(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 1))
	s := subject(func(_ int, c nasbench201.Cell) float64 {
		n := c.OpCounts()
		return .1*n[nasbench201.Conv3x3] + .05*n[nasbench201.Skip] + .05*noise.NormFloat64()
	})
	r := analyse(t, s, design.Options{Weight: design.String})
	if r.Strings != nasbench201.Cells || r.Classes != nasbench201.Classes || len(r.Notes) > 0 {
		t.Errorf("%d strings of %d classes: %q", r.Strings, r.Classes, r.Notes)
	}
	var sums [nasbench201.Edges][nasbench201.Ops]float64
	total := 0.
	for i := range nasbench201.Cells {
		c, _ := nasbench201.FromIndex(i)
		v := s.Values[c.Class()]
		total += v
		for e, op := range c {
			sums[e][op] += v
		}
	}
	for i, e := range r.Any.Effects {
		want := sums[i/5][i%5]/(nasbench201.Cells/5) - total/nasbench201.Cells
		if math.Abs(e.Value-want) > 1e-9 || e.Operation != nasbench201.Op(i%5).String() {
			t.Errorf("%s on %s: %v, want %v", e.Operation, e.Edge, e.Value, want)
		}
	}
	single, pairs := 0., 0.
	for _, e := range r.Any.Edges {
		if e.With == "" {
			single += e.Value
		} else {
			pairs += e.Value
		}
	}
	if math.Abs(single-r.Any.Additive.Value) > 1e-9 || math.Abs(pairs-r.Any.Pairs.Value) > 1e-9 {
		t.Errorf("edges explain %v, together %v; pairs %v, together %v", single, r.Any.Additive.Value, pairs, r.Any.Pairs.Value)
	}
	if len(r.Any.Interactions) != 375 {
		t.Errorf("%d interactions", len(r.Any.Interactions))
	}
}

// TestWhatWentInComesOut: at equal size only where convolutions are can matter, and which classes there are does not.
func TestWhatWentInComesOut(t *testing.T) {
	s := subject(func(_ int, c nasbench201.Cell) float64 {
		n := c.OpCounts()
		v := n[nasbench201.Conv3x3] + .1*n[nasbench201.Conv1x1]
		if c[5] == nasbench201.Conv3x3 {
			v += .6
		}
		return v
	})
	for class := range s.Values {
		if class%3 == 0 {
			s.Values[class] = math.NaN()
		}
	}
	r := analyse(t, s, design.Options{Weight: design.Class})
	if math.Abs(r.Equal.Additive.Value-1) > 1e-9 || len(r.Notes) == 0 {
		t.Errorf("%v explained, notes %q", r.Equal.Additive, r.Notes)
	}
	for _, e := range r.Equal.Effects {
		want := 0.
		if e.Operation == "nor_conv_3x3" {
			want = -.08 // .6 less the mean of five operations is .48 on one edge of six: their mean is taken away
			if e.Edge == "3<-2" {
				want = .4
			}
		} else if e.Edge == "3<-2" {
			want = -.1
		} else {
			want = .02
		}
		if math.Abs(e.Value-want) > 1e-9 {
			t.Errorf("%s on %s: %v, want %v", e.Operation, e.Edge, e.Value, want)
		}
	}
}

// TestGroupsAreOfEqualSize, and know their best.
func TestGroupsAreOfEqualSize(t *testing.T) {
	noise := rand.New(rand.NewPCG(2, 1))
	s := subject(func(_ int, c nasbench201.Cell) float64 {
		v := .5 + .01*noise.Float64()
		if c[3] == nasbench201.Skip {
			v += .2
		}
		return v
	})
	r := analyse(t, s, design.Options{Weight: design.Class})
	classes, tests := 0, 0
	for _, g := range r.Groups {
		classes += g.Classes
		tests += len(g.Traits)
		best, _ := nasbench201.Parse(g.Best.Arch)
		if n := best.OpCounts(); int(n[nasbench201.Conv3x3]) != *g.Conv3x3 || int(n[nasbench201.Conv1x1]) != *g.Conv1x1 {
			t.Errorf("group %s has %s", g.Name(), g.Best.Arch)
		}
		if g.Classes <= 20 && (g.Top != 0 || g.Note == "") {
			t.Errorf("group %s of %d classes: the best %d: %q", g.Name(), g.Classes, g.Top, g.Note)
		}
		if g.Top > 0 && g.Classes > 200 {
			if first := g.Traits[0]; first.Name != "skip_connect on 3<-0" || !first.Shown() || first.Best != 1 {
				t.Errorf("group %s: %+v", g.Name(), first)
			}
		}
	}
	if classes != r.Classes || tests != r.Tests {
		t.Errorf("%d classes in groups of %d, %d tests of %d", classes, r.Classes, tests, r.Tests)
	}
}

// few leaves values of some classes only.
func few(n int, of func(i int) float64) design.Subject {
	return subject(func(class int, _ nasbench201.Cell) float64 {
		if class%101 == 0 && class/101 < n {
			return of(class / 101)
		}
		return math.NaN()
	})
}

func TestTinyTables(t *testing.T) {
	for _, weight := range design.Weights() {
		o := design.Options{Weight: weight}
		for n, want := range map[int]string{0: "no class has a value", 1: "only one class", 9: "is the same for all 9 classes"} {
			_, err := design.Analyse(t.Context(), few(n, func(int) float64 { return .5 }), o)
			if _, ok := errors.AsType[*design.ConstantError](err); !ok || !strings.Contains(err.Error(), want) {
				t.Errorf("%d classes: error %v, want %s", n, err, want)
			}
		}
		for _, n := range []int{2, 3, 7, 26, 40} {
			r := analyse(t, few(n, func(i int) float64 { return float64(i*i%7) / 7 }), o)
			if r.Classes != n || len(r.Notes) == 0 {
				t.Errorf("%d classes of %d: notes %q", r.Classes, n, r.Notes)
			}
			for _, c := range r.Conclusions(r.Largest()) {
				if strings.Contains(c.Text, "NaN") || c.Shown && !strings.Contains(c.Text, "interval") {
					t.Errorf("%d classes: %s", n, c.Text)
				}
			}
		}
	}
}

func TestEqualSizesThatDoNotDifferAreTold(t *testing.T) {
	s := subject(func(_ int, c nasbench201.Cell) float64 { return float64(cells.Params(c.Arch())) })
	r := analyse(t, s, design.Options{Weight: design.Class})
	if r.Equal != nil || r.Size.Value != 1 || !strings.Contains(strings.Join(r.Notes, " "), "size explains all") {
		t.Errorf("%+v, size %+v, notes %q", r.Equal, r.Size, r.Notes)
	}
}

func TestWrongSubjectsAreRefused(t *testing.T) {
	s := few(9, func(i int) float64 { return float64(i) })
	if _, err := design.Analyse(t.Context(), s, design.Options{Weight: "cell"}); err == nil {
		t.Error("a weight that there is not")
	}
	s.Space = opaque{cells}
	if _, err := design.Analyse(t.Context(), s, design.Options{Weight: design.Class}); err == nil {
		t.Error("a space that does not say what its architectures are made of")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Space = cells
	if _, err := design.Analyse(ctx, s, design.Options{Weight: design.Class}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

type opaque struct{ space.Listed }

// own is a space of places and choices that has neither sizes nor members.
type own struct{ space.Listed }

func (own) Parameters() []space.Parameter { return cells.Parameters() }
func (own) Choices(a space.Arch) []int    { return cells.Choices(a) }

func TestAnotherSpaceHasEffects(t *testing.T) {
	s := few(60, func(i int) float64 { return float64(i * i % 13) })
	s.Space = own{cells}
	r := analyse(t, s, design.Options{Weight: design.Class})
	if len(r.Any.Effects) == 0 || r.Equal != nil || len(r.Groups) != 0 {
		t.Errorf("%d effects, %d groups", len(r.Any.Effects), len(r.Groups))
	}
	if _, err := design.Analyse(t.Context(), s, design.Options{Weight: design.String}); err == nil {
		t.Error("strings of a space that does not list them")
	}
}

// TestReleasedGroup: the 405 classes of the released dataset whose representative has two 3x3 and no 1x1 convolution.
func TestReleasedGroup(t *testing.T) {
	tab, err := table.Open(sharedtest.Robustness(t), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	v, err := tab.Select(t.Context(), []string{"mean_adv_acc"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	r := analyse(t, design.Subject{
		Space: tab.Space(), Names: tab.Names(), Metric: v.Metrics()[0], Values: v.Column(0), Represents: tab.Representative,
	}, design.Options{Weight: design.String})
	for _, g := range r.Groups {
		if *g.Conv3x3 != 2 || *g.Conv1x1 != 0 {
			continue
		}
		if g.Classes != 405 || math.Abs(g.Min-.2149) > 5e-5 || math.Abs(g.Max-.4087) > 5e-5 {
			t.Errorf("%d classes from %v to %v, want 405 from .2149 to .4087", g.Classes, g.Min, g.Max)
		}
	}
	for _, c := range r.Conclusions(r.Largest()) {
		t.Log(c.Shown, c.Text)
	}
}
