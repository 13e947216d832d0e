package search_test

import (
	"maps"
	"testing"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
)

// Whatever an option is set to, it is refused by name, or kept as a text that means the same.
func FuzzOptions(f *testing.F) {
	for _, option := range [][3]string{
		{"evolution", "population", "50"}, {"evolution", "rate", "0.25"}, {"evolution", "rate", "1e-400"}, {"bo", "kappa", "NaN"},
		{"bo", "acquisition", "ucb"}, {"random", "over", "classes"}, {"local", "improvement", ""}, {"bo", "doubt", "-0"},
		{"evolution", "population", "+7"}, {"evolution", "tournament", "0x10"}, {"evolution", "populatio", "3"}, {"none", "a", "b"},
	} {
		f.Add(option[0], option[1], option[2])
	}
	p := search.Problem{Space: searchtest.NewGrid(2, 3), Metrics: searchtest.Landscape{Count: 1}.Metrics()}
	f.Fuzz(func(t *testing.T, strategy, option, value string) {
		_, kept, err := strategies.All().New(strategy, p, map[string]string{option: value})
		if err != nil {
			return
		}
		_, again, err := strategies.All().New(strategy, p, kept)
		if err != nil || !maps.Equal(again, kept) {
			t.Errorf("%s %s=%q is kept as %v, and that as %v: %v", strategy, option, value, kept, again, err)
		}
	})
}
