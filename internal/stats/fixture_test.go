package stats

import (
	"math"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
)

// tolerance is that of the fixtures where their description says nothing else.
const tolerance = 1e-9

// fixtures reads every case of the files that match; a file without cases fails the test.
func fixtures[T any](t *testing.T, pattern string) []T {
	t.Helper()
	var all []T
	for _, file := range sharedtest.Cases(t, "stats", pattern) {
		var cases []T
		sharedtest.ReadJSON(t, file, &cases)
		if len(cases) == 0 {
			t.Fatalf("%s: no cases", file)
		}
		all = append(all, cases...)
	}
	return all
}

// near fails the test unless got is within the tolerance of want, relative to want where that is above 1.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

// nearRelative fails the test unless got is within the tolerance of want, relative to want; below 1e-15 there is
// only rounding.
func nearRelative(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)+1e-15) {
		t.Errorf("%s is %.15g, want %.15g", what, got, want)
	}
}

func method(t *testing.T, name string) Method {
	t.Helper()
	m, known := map[string]Method{"exact": Exact, "asymptotic": Asymptotic}[name]
	if !known {
		t.Fatalf("the fixture has the method %q", name)
	}
	return m
}

func alternative(t *testing.T, name string) Alternative {
	t.Helper()
	a, known := map[string]Alternative{"two-sided": TwoSided, "less": Less, "greater": Greater}[name]
	if !known {
		t.Fatalf("the fixture has the alternative %q", name)
	}
	return a
}
