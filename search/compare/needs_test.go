package compare_test

import (
	"math"
	"testing"
	"time"

	"github.com/nassearch/nassearch/search"
)

// demanding takes memory and time, whatever is asked for.
type demanding struct {
	asks
	needs search.Needs
}

func (d demanding) Needs(int) search.Needs { return d.needs }

// Memory is that of the runs at the same time, time that of all, of those that are there none.
func TestNeedsAreThoseOfAllRuns(t *testing.T) {
	for _, c := range []struct {
		name          string
		one           search.Needs
		runs, workers int
		want          search.Needs
	}{
		{"a run", search.Needs{Memory: 3, Time: 5 * time.Second}, 1, 2, search.Needs{Memory: 6, Time: 5 * time.Second}},
		{"runs", search.Needs{Memory: 3, Time: 5 * time.Second}, 10, 4, search.Needs{Memory: 12, Time: 50 * time.Second}},
		{"too much", search.NewNeeds(math.Inf(1), math.Inf(1)), 10, 4, search.NewNeeds(math.Inf(1), math.Inf(1))},
		{"nothing", search.Needs{}, 10, 4, search.Needs{}},
	} {
		config := config()
		config.Runs, config.Workers = c.runs, c.workers
		config.Registry = search.Registry{"sample": registry["sample"], "climb": {
			New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
				return demanding{p.Space.Sample, c.one}, nil
			},
		}}
		if got := experiment(t, config).Needs(); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
