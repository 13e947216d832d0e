package strategies

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// demanding makes a strategy that says what it takes, of so many metrics and scores.
func demanding(t *testing.T, name string, options map[string]string, metrics, scores int, shares ...float64) search.Demanding {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	p := search.Problem{Space: sp, Fidelities: shares}
	for i := range metrics {
		p.Metrics = append(p.Metrics, objective.Metric{Name: fmt.Sprint("metric ", i)})
	}
	for i := range scores {
		p.Scores = append(p.Scores, search.Score{
			Name: fmt.Sprint("score ", i), Of: func(a space.Arch) (float64, bool) { return float64(len(a)), true },
		})
	}
	s, _, err := All().New(name, p, options)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := search.As[search.Demanding](s)
	if !ok {
		t.Fatalf("%s does not say what it takes", name)
	}
	return d
}

// What strategies say is within a factor of what they took: user and system time, and the most memory, less what a
// random search of the same budget took (docs/performance.md).
func TestStrategiesSayWhatTheyTake(t *testing.T) {
	type options = map[string]string
	for _, c := range []struct {
		strategy        string
		options         options
		metrics, scores int
		queries         int
		seconds         float64
		megabytes       float64 // 0 if it was too little to tell
		shares          []float64
	}{
		{strategy: "bananas", queries: 150, seconds: .70},
		{strategy: "bananas", queries: 300, seconds: 2.88},
		{strategy: "bananas", queries: 1000, seconds: 30.4},
		{strategy: "bananas", options: options{"layers": "10"}, queries: 150, seconds: 1.21},
		{strategy: "bananas", options: options{"width": "100"}, queries: 150, seconds: 6.17},
		{strategy: "bananas", options: options{"epochs": "150"}, queries: 150, seconds: 1.97},
		{strategy: "bananas", options: options{"batch": "1"}, queries: 150, seconds: 7.20},
		{strategy: "bananas", options: options{"candidates": "5000"}, queries: 150, seconds: .97},
		{strategy: "bananas", options: options{"columns": "1000"}, queries: 150, seconds: .88},
		{strategy: "npenas", queries: 150, seconds: .37},
		{strategy: "npenas", queries: 300, seconds: 1.52},
		{strategy: "npenas", queries: 1000, seconds: 17.7},
		{strategy: "npenas", options: options{"parents": "100", "children": "100"}, queries: 150, seconds: .47},
		{strategy: "npenas", options: options{"width": "200"}, queries: 150, seconds: 8.19, megabytes: 20},
		{strategy: "forest", queries: 300, seconds: .47},
		{strategy: "forest", queries: 1000, seconds: 3.07},
		{strategy: "forest", queries: 3000, seconds: 21.1},
		{strategy: "forest", options: options{"trees": "100"}, queries: 300, seconds: 2.58},
		{strategy: "forest", options: options{"trees": "100"}, queries: 1000, seconds: 20.5},
		{strategy: "forest", options: options{"batch": "1"}, queries: 300, seconds: 1.95},
		{strategy: "tpe", queries: 300, seconds: .67},
		{strategy: "tpe", queries: 1000, seconds: 7.57},
		{strategy: "tpe", queries: 1800, seconds: 21.2},
		{strategy: "tpe", options: options{"candidates": "300"}, queries: 300, seconds: 4.36},
		{strategy: "tpe", options: options{"multivariate": "false"}, queries: 300, seconds: .34},
		{strategy: "tpe", options: options{"multivariate": "false"}, queries: 1000, seconds: 1.45},
		{strategy: "tpe", options: options{"multivariate": "false"}, queries: 3000, seconds: 6.26},
		{strategy: "bohb", queries: 300, seconds: .98},
		{strategy: "bohb", queries: 1000, seconds: 7.76},
		{strategy: "bohb", queries: 1000, seconds: 1.94, shares: []float64{.125, 1. / 3, 1}},
		{strategy: "bohb", queries: 3000, seconds: 13.4, shares: []float64{.125, 1. / 3, 1}},
		{strategy: "asha", metrics: 3, queries: 6000, seconds: 4.2, shares: []float64{.125, 1. / 3, 1}},
		{strategy: "bo", queries: 100, seconds: .22, megabytes: 16},
		{strategy: "bo", queries: 300, seconds: .80, megabytes: 43},
		{strategy: "bo", queries: 1200, seconds: 9.0, megabytes: 220},
		{strategy: "bo", queries: 2500, seconds: 35.7, megabytes: 490},
		{strategy: "bo", scores: 13, queries: 2500, seconds: 54.4, megabytes: 1930},
		{strategy: "bo", metrics: 2, queries: 300, seconds: 2.4, megabytes: 130},
		{strategy: "bo", metrics: 2, queries: 1200, seconds: 28.6, megabytes: 640},
		{strategy: "bo", metrics: 3, queries: 300, seconds: 3.4, megabytes: 170},
		{strategy: "bo", metrics: 2, scores: 13, queries: 300, seconds: 3.8, megabytes: 195},
		{strategy: "bo", scores: 13, queries: 300, seconds: 1.57, megabytes: 83},
		{strategy: "bo", scores: 13, queries: 1200, seconds: 16.3, megabytes: 880},
	} {
		n := demanding(t, c.strategy, c.options, max(c.metrics, 1), c.scores, c.shares...).Needs(c.queries)
		if ratio := n.Time.Seconds() / c.seconds; ratio < 1/1.5 || ratio > 1.5 {
			t.Errorf("%s %v, %d queries: %v, took %v s", c.strategy, c.options, c.queries, n.Time, c.seconds)
		}
		if ratio := float64(n.Memory) / 1e6 / c.megabytes; c.megabytes > 0 && (ratio < 1/1.5 || ratio > 1.5) {
			t.Errorf("%s %v, %d queries: %d bytes, took %v MB", c.strategy, c.options, c.queries, n.Memory, c.megabytes)
		}
	}
}

// The more is asked for the more it takes, up to a budget that nobody can spend. Those that never repeat themselves end
// with the classes; all classes of NAS-Bench-201 stay within 4 GB.
func TestNeedsGrowWithTheBudget(t *testing.T) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		strategy        string
		metrics, scores int
		repeats         bool
	}{
		{strategy: "bo"}, {strategy: "bo", metrics: 2}, {strategy: "bo", scores: 2}, {strategy: "bananas"},
		{strategy: "npenas"}, {strategy: "forest"}, {strategy: "tpe", repeats: true}, {strategy: "bohb", repeats: true},
		{strategy: "asha", metrics: 2},
	} {
		d, before := demanding(t, c.strategy, nil, max(c.metrics, 1), c.scores), search.Needs{}
		for queries := 1; queries < sp.Classes(); queries += 100 {
			n := d.Needs(queries)
			if n.Memory < before.Memory || n.Time < before.Time {
				t.Errorf("%s, %d queries: %+v after %+v", c.strategy, queries, n, before)
			}
			before = n
		}
		if all := d.Needs(sp.Classes()); all.Time < time.Second || all.Memory > 4<<30 {
			t.Errorf("%s, all classes: %+v", c.strategy, all)
		}
		for _, queries := range []int{1_000_000_000, math.MaxInt} {
			n, all := d.Needs(queries), d.Needs(sp.Classes())
			if more := n.Time > all.Time; more != c.repeats || n.Time < all.Time || n.Memory < all.Memory {
				t.Errorf("%s, %d queries: %+v, all classes %+v", c.strategy, queries, n, all)
			}
		}
	}
}

// What multiplies the work of a strategy multiplies what it says.
func TestNeedsGrowWithOptions(t *testing.T) {
	for _, c := range []struct {
		strategy, option, value string
		least, most             float64 // times as much time
	}{
		{"bananas", "networks", "50", 9, 11}, {"bananas", "layers", "0", .1, .6}, {"bananas", "epochs", "500", 9, 11}, {"bananas", "layers", "50", 7, 11},
		{"bananas", "batch", "1", 8, 12}, {"bananas", "width", "2000", 500, 10_000},
		{"bananas", "candidates", "1000000", 2, 1000}, {"npenas", "networks", "30", 9, 11},
		{"npenas", "parents", "100000", 2, 1000}, {"forest", "trees", "10000", 300, 1000}, {"forest", "batch", "1", 3, 5},
		{"tpe", "candidates", "240", 5, 10}, {"bohb", "candidates", "640", 2, 10}, {"bohb", "random", "0", 1.4, 1.6},
	} {
		usual := demanding(t, c.strategy, nil, 1, 0).Needs(500)
		n := demanding(t, c.strategy, map[string]string{c.option: c.value}, 1, 0).Needs(500)
		if times := n.Time.Seconds() / usual.Time.Seconds(); times < c.least || times > c.most {
			t.Errorf("%s %s=%s: %v in place of %v", c.strategy, c.option, c.value, n.Time, usual.Time)
		}
	}
	if n := demanding(t, "bananas", map[string]string{"width": "10000", "layers": "100"}, 1, 0).Needs(500); n.Memory < 1e12 {
		t.Errorf("networks of ten thousand million weights: %+v", n)
	}
}

// Where classes cannot be listed a budget has no other end.
func TestNeedsOfAnEndlessSpace(t *testing.T) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	type endless struct {
		space.Space
		space.Viewer
	}
	p := search.Problem{Space: endless{sp, sp}, Metrics: []objective.Metric{{Name: "acc"}}}
	for _, name := range []string{"bo", "bananas", "npenas", "forest"} {
		s, _, err := All().New(name, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		d := s.(search.Demanding)
		if few, many := d.Needs(300), d.Needs(math.MaxInt); few.Time < time.Second/10 || many.Time < 1000*time.Hour {
			t.Errorf("%s: %+v for 300 queries, %+v for any", name, few, many)
		}
	}
}
