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

// kind is a strategy and what it is for.
type kind struct {
	strategy string
	options  map[string]string
	metrics  int // 1 if 0
	scores   int
	window   int
	shares   []float64 // trainings of which there are values
}

// demanding makes such a strategy, which says what it takes.
func (k kind) demanding(t *testing.T) search.Demanding {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	p := search.Problem{Space: sp, Fidelities: k.shares, Window: k.window}
	for i := range max(k.metrics, 1) {
		p.Metrics = append(p.Metrics, objective.Metric{Name: fmt.Sprint("metric ", i)})
	}
	for i := range k.scores {
		p.Scores = append(p.Scores, search.Score{
			Name: fmt.Sprint("score ", i), Of: func(a space.Arch) (float64, bool) { return float64(len(a)), true },
		})
	}
	s, _, err := All().New(k.strategy, p, k.options)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := search.As[search.Demanding](s)
	if !ok {
		t.Fatalf("%s does not say what it takes", k.strategy)
	}
	return d
}

// What strategies say is within a factor of what they took: user and system time, and the most memory, less what a
// random search of the same budget took (docs/performance.md).
func TestStrategiesSayWhatTheyTake(t *testing.T) {
	type options = map[string]string
	three := []float64{.125, 1. / 3, 1}
	for _, c := range []struct {
		kind
		queries   int
		seconds   float64
		megabytes float64 // 0 if it was too little to tell
	}{
		{kind{strategy: "bananas"}, 150, .70, 0},
		{kind{strategy: "bananas"}, 300, 2.88, 0},
		{kind{strategy: "bananas"}, 1000, 30.4, 0},
		{kind{strategy: "bananas", options: options{"layers": "10"}}, 150, 1.21, 0},
		{kind{strategy: "bananas", options: options{"width": "100"}}, 150, 6.17, 0},
		{kind{strategy: "bananas", options: options{"epochs": "150"}}, 150, 1.97, 0},
		{kind{strategy: "bananas", options: options{"batch": "1"}}, 150, 7.20, 0},
		{kind{strategy: "bananas", options: options{"candidates": "5000"}}, 150, .97, 0},
		{kind{strategy: "bananas", options: options{"columns": "1000"}}, 150, .88, 0},
		{kind{strategy: "npenas"}, 150, .37, 0},
		{kind{strategy: "npenas"}, 300, 1.52, 0},
		{kind{strategy: "npenas"}, 1000, 17.7, 0},
		{kind{strategy: "npenas", options: options{"parents": "100", "children": "100"}}, 150, .47, 0},
		{kind{strategy: "npenas", options: options{"width": "200"}}, 150, 8.19, 20},
		{kind{strategy: "forest"}, 300, .47, 0},
		{kind{strategy: "forest"}, 1000, 3.07, 0},
		{kind{strategy: "forest"}, 3000, 21.1, 0},
		{kind{strategy: "forest", options: options{"trees": "100"}}, 300, 2.58, 0},
		{kind{strategy: "forest", options: options{"trees": "100"}}, 1000, 20.5, 0},
		{kind{strategy: "forest", options: options{"batch": "1"}}, 300, 1.95, 0},
		{kind{strategy: "tpe"}, 300, .67, 0},
		{kind{strategy: "tpe"}, 1000, 7.57, 0},
		{kind{strategy: "tpe"}, 1800, 21.2, 0},
		{kind{strategy: "tpe", options: options{"candidates": "300"}}, 300, 4.36, 0},
		{kind{strategy: "tpe", options: options{"multivariate": "false"}}, 300, .34, 0},
		{kind{strategy: "tpe", options: options{"multivariate": "false"}}, 1000, 1.45, 0},
		{kind{strategy: "tpe", options: options{"multivariate": "false"}}, 3000, 6.26, 0},
		{kind{strategy: "bohb"}, 300, .98, 0},
		{kind{strategy: "bohb"}, 1000, 7.76, 0},
		{kind{strategy: "bohb", shares: three}, 1000, 1.94, 0},
		{kind{strategy: "bohb", shares: three}, 3000, 13.4, 0},
		{kind{strategy: "asha", metrics: 3, shares: three}, 6000, 4.2, 0},
		{kind{strategy: "bo"}, 100, .29, 24},
		{kind{strategy: "bo"}, 300, 1.1, 49},
		{kind{strategy: "bo"}, 1200, 9.8, 220},
		{kind{strategy: "bo"}, 2500, 38.0, 480},
		{kind{strategy: "bo", window: 4}, 300, 1.08, 0},
		{kind{strategy: "bo", window: 16}, 300, 2.9, 0},
		{kind{strategy: "bo", window: 64}, 300, 5.7, 0},
		{kind{strategy: "bo", window: 16}, 1000, 17.6, 0},
		{kind{strategy: "bo", metrics: 2, window: 16}, 300, 5.3, 0},
		{kind{strategy: "bo", scores: 13}, 2500, 54.4, 1930},
		{kind{strategy: "bo", metrics: 2}, 300, 3.0, 116},
		{kind{strategy: "bo", metrics: 2}, 1200, 28.6, 640},
		{kind{strategy: "bo", metrics: 3}, 300, 3.4, 170},
		{kind{strategy: "bo", metrics: 2, scores: 13}, 300, 3.8, 195},
		{kind{strategy: "bo", scores: 13}, 300, 1.4, 82},
		{kind{strategy: "bo", scores: 13}, 1200, 13.7, 711},
	} {
		n := c.demanding(t).Needs(c.queries)
		if ratio := n.Time.Seconds() / c.seconds; ratio < 1/1.5 || ratio > 1.5 {
			t.Errorf("%+v, %d queries: %v, took %v s", c.kind, c.queries, n.Time, c.seconds)
		}
		if ratio := float64(n.Memory) / 1e6 / c.megabytes; c.megabytes > 0 && (ratio < 1/1.5 || ratio > 1.5) {
			t.Errorf("%+v, %d queries: %d bytes, took %v MB", c.kind, c.queries, n.Memory, c.megabytes)
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
		kind
		repeats bool
	}{
		{kind{strategy: "bo"}, false}, {kind{strategy: "bo", metrics: 2}, false},
		{kind{strategy: "bo", scores: 2, window: 4}, false}, {kind{strategy: "bananas"}, false},
		{kind{strategy: "npenas"}, false}, {kind{strategy: "forest"}, false}, {kind{strategy: "tpe"}, true},
		{kind{strategy: "bohb"}, true}, {kind{strategy: "asha", metrics: 2}, false},
	} {
		d, before := c.demanding(t), search.Needs{}
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
		usual := kind{strategy: c.strategy}.demanding(t).Needs(500)
		n := kind{strategy: c.strategy, options: map[string]string{c.option: c.value}}.demanding(t).Needs(500)
		if times := n.Time.Seconds() / usual.Time.Seconds(); times < c.least || times > c.most {
			t.Errorf("%s %s=%s: %v in place of %v", c.strategy, c.option, c.value, n.Time, usual.Time)
		}
	}
	large := kind{strategy: "bananas", options: map[string]string{"width": "10000", "layers": "100"}}
	if n := large.demanding(t).Needs(500); n.Memory < 1e12 {
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
