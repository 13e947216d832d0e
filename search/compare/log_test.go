package compare

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/jsonlog/logtest"
	"github.com/nassearch/nassearch/search"
)

// A comparison's record of runs keeps the promises of a log.
func TestStoreIsALog(t *testing.T) {
	plan := Plan{
		Space: "grid", Budget: 8, Seed: 3, Window: 1,
		Problems:   []Problem{{Name: "heights", Source: "landscape"}},
		Strategies: []Strategy{{Name: "up", Algorithm: "climb", Options: search.Options{"luck": "4"}}},
	}
	var all []Run
	for seed := range uint64(4) {
		all = append(all, Run{
			Problem: "heights", Strategy: "up", Seed: 3 + seed, Stop: search.BudgetSpent,
			Queries: 8, Duplicates: int(seed), Hours: .25,
			Steps:           []Step{{Query: 1, Hours: .1, Quality: .5, Arch: "1,2", Values: []float64{.5}}},
			StrategySeconds: []Number{.5, Unknown()}[seed%2],
		})
	}
	open := func(path string, p Plan) (*Store, error) { return OpenStore(filepath.Dir(path), "test", p) }
	followed := map[string]*Follower{}
	logtest.Run(t, logtest.Subject[Run]{
		Open: func(path string) (l logtest.Log[Run], err error) {
			s, err := open(path, plan)
			if err != nil {
				return l, err
			}
			runs := slices.SortedFunc(maps.Values(s.runs), func(a, b Run) int { return cmp.Compare(a.Seed, b.Seed) })
			return logtest.Log[Run]{Records: runs, Repaired: s.Repaired, Append: s.keep, Close: s.Close}, nil
		},
		Other: func(path string) error {
			other := plan
			other.Window = 2
			_, err := open(path, other)
			return err
		},
		Read: func(path string) ([]Run, error) {
			dir := filepath.Dir(path)
			if followed[dir] == nil {
				followed[dir] = Follow(dir)
			}
			r, _, err := followed[dir].Next()
			return r.Runs, err
		},
		Records: all,
		Same:    func(a, b Run) bool { return fmt.Sprint(a) == fmt.Sprint(b) }, // NaN is NaN
	})
}
