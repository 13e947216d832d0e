package strategies_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/search"
	"gonum.org/v1/gonum/stat"
)

// reference holds curves of plain algorithms, computed independently: the mean over many runs of the best value
// after some numbers of queries, where every proposal counts.
type reference struct {
	Runs    int
	Queries []int
	Curves  map[string]map[string]struct{ Mean, SE []float64 }
}

// runs is how often each algorithm runs here. With seeds fixed the test always gives the same result.
const runs = 1000

func TestFixtureReferenceCurves(t *testing.T) {
	if testing.Short() {
		t.Skip("15,000 searches")
	}
	for _, file := range sharedtest.Cases(t, "search", "reference*.json") {
		var ref reference
		sharedtest.ReadJSON(t, file, &ref)
		if len(ref.Curves) == 0 {
			t.Errorf("%s: no curves", file)
		}
		for _, metric := range slices.Sorted(maps.Keys(ref.Curves)) {
			sp, view := released(t, metric)
			for _, algorithm := range slices.Sorted(maps.Keys(ref.Curves[metric])) {
				t.Run(metric+" "+algorithm, func(t *testing.T) {
					t.Parallel()
					strategy, options := translate(t, algorithm)
					c := search.Config{Strategy: strategy, Options: options, Budget: slices.Max(ref.Queries), CountDuplicates: true}
					values := make([][]float64, len(ref.Queries))
					for seed := range uint64(runs) {
						c.Seed = seed
						curve := study(t, sp, view, c).Curve()
						for i, q := range ref.Queries {
							values[i] = append(values[i], curve[q-1])
						}
					}
					want := ref.Curves[metric][algorithm]
					for i, q := range ref.Queries {
						mean, sd := stat.MeanStdDev(values[i], nil)
						off := (mean - want.Mean[i]) / math.Hypot(want.SE[i], sd/math.Sqrt(runs))
						if off < -3 || off > 3 && strategy != "local" {
							t.Errorf("after %d queries: %.6f, the reference has %.6f: %+.1f standard errors", q, mean, want.Mean[i], off)
						}
					}
				})
			}
		}
	}
}

// translate turns an algorithm's name in the fixture into a strategy and its options.
func translate(t *testing.T, algorithm string) (strategy string, options map[string]string) {
	t.Helper()
	words := strings.Fields(algorithm)
	options = map[string]string{}
	for _, w := range words[1:] {
		if name, value, ok := strings.Cut(w, "="); ok {
			options[name] = value
		}
	}
	switch rest := strings.Join(words[1:], " "); {
	case words[0] == "local" && rest == "first improvement", words[0] == "random":
	case words[0] == "evolution" && strings.HasSuffix(rest, "one edge"):
	case words[0] == "evolution" && strings.Contains(rest, "each edge "):
		var parts, of float64
		if _, err := fmt.Sscanf(rest[strings.Index(rest, "each edge"):], "each edge %f/%f", &parts, &of); err != nil {
			t.Fatalf("algorithm %q: %v", algorithm, err)
		}
		options["rate"] = fmt.Sprint(parts / of)
	default:
		t.Fatalf("no strategy for the fixture's algorithm %q", algorithm)
	}
	return words[0], options
}
