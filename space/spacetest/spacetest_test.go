package spacetest

import (
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

func TestSpacesKeepTheRules(t *testing.T) {
	cells, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("cells", func(t *testing.T) { Run(t, cells) })
	t.Run("grid", func(t *testing.T) { Run(t, searchtest.NewGrid(4, 4)) })
	for name, share := range map[string]int{"half": 2, "a tenth": 10, "a few": 1000} {
		part, err := space.Restrict(cells, func(a space.Arch) bool {
			class, err := cells.ClassOf(a)
			return err == nil && class%share == 0
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Run("part of the cells: "+name, func(t *testing.T) { Run(t, part) })
	}
	one, err := space.Restrict(searchtest.NewGrid(3, 3), func(a space.Arch) bool { return a == "0,0,0" })
	if err != nil {
		t.Fatal(err)
	}
	t.Run("part of the grid: one", func(t *testing.T) { Run(t, one) })
}

// bare has nothing that a space need not have.
type bare struct{ space.Space }

// What follows breaks one rule each.
type (
	unnamed    struct{ searchtest.Grid }
	careless   struct{ searchtest.Grid }
	drawing    struct{ searchtest.Grid }
	strange    struct{ searchtest.Grid }
	still      struct{ searchtest.Grid }
	jumping    struct{ searchtest.Grid }
	restless   struct{ searchtest.Grid }
	doubled    struct{ searchtest.Grid }
	lumped     struct{ searchtest.Grid }
	unordered  struct{ searchtest.Grid }
	selfish    struct{ searchtest.Grid }
	eager      struct{ searchtest.Grid }
	foundling  struct{ searchtest.Grid }
	ragged     struct{ searchtest.Grid }
	infinite   struct{ searchtest.Grid }
	viewless   struct{ searchtest.Grid }
	confused   struct{ searchtest.Grid }
	boundless  struct{ searchtest.Grid }
	pathless   struct{ searchtest.Grid }
	negative   struct{ searchtest.Grid }
	silent     struct{ searchtest.Grid }
	vulnerable struct {
		searchtest.Grid
		busy *atomic.Int32
	}
)

func (unnamed) Name() string               { return "" }
func (careless) Validate(space.Arch) error { return nil }
func (drawing) Sample(*rand.Rand) space.Arch {
	return space.Arch([]string{"0,0,0", "1,1,1"}[rand.IntN(2)])
}
func (strange) Sample(*rand.Rand) space.Arch               { return "strange" }
func (still) Mutate(_ *rand.Rand, a space.Arch) space.Arch { return a }
func (g jumping) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	for {
		if b := g.Sample(r); b != a && !slices.Contains(g.Neighbors(a), b) {
			return b
		}
	}
}
func (g restless) Canonical(a space.Arch) space.Arch                        { return g.Neighbors(a)[0] }
func (doubled) Class(int) space.Arch                                        { return "0,0,0" }
func (lumped) ClassOf(space.Arch) (int, error)                              { return 0, nil }
func (selfish) Neighbors(a space.Arch) []space.Arch                         { return []space.Arch{a} }
func (g eager) MutateEach(r *rand.Rand, a space.Arch, _ float64) space.Arch { return g.Mutate(r, a) }
func (g foundling) Cross(r *rand.Rand, _, _ space.Arch) space.Arch          { return g.Sample(r) }
func (ragged) Encode(a space.Arch) []float64                                { return make([]float64, len(a)+int(a[0])) }
func (infinite) Encode(space.Arch) []float64                                { return []float64{math.Inf(1)} }
func (viewless) View(space.Arch) []float64                                  { return []float64{1} }
func (viewless) Views() []space.View                                        { return nil }
func (confused) Compose([]int) space.Arch                                   { return "0,0,0" }
func (boundless) Choices(space.Arch) []int                                  { return []int{0, 0, 9} }
func (pathless) EncodePaths(space.Arch) []float64                           { return nil }
func (negative) Params(space.Arch) int64                                    { return -1 }
func (negative) FLOPs(space.Arch) int64                                     { return 1 }
func (silent) Draw(space.Arch) string                                       { return "" }

func (g unordered) Neighbors(a space.Arch) []space.Arch {
	near := g.Grid.Neighbors(a)
	rand.Shuffle(len(near), func(i, j int) { near[i], near[j] = near[j], near[i] })
	return near
}

func (g vulnerable) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	defer g.busy.Add(-1)
	if g.busy.Add(1) > 1 {
		return g.Neighbors(a)[0]
	}
	runtime.Gosched()
	return g.Grid.Mutate(r, a)
}

func TestBrokenRulesAreNamed(t *testing.T) {
	g := searchtest.NewGrid(3, 3)
	for _, c := range []struct {
		space space.Space
		want  string
	}{
		{g, ""},
		{bare{g}, ""},
		{unnamed{g}, "has a name"},
		{drawing{g}, "draws architectures of its own, from the stream alone"},
		{strange{g}, "draws architectures of its own, from the stream alone"},
		{careless{g}, "refuses what is no architecture"},
		{still{g}, "mutates an architecture into another, from the stream alone"},
		{jumping{g}, "mutates an architecture into another, from the stream alone"},
		{restless{g}, "has one canonical member a class"},
		{doubled{g}, "lists every class once"},
		{lumped{g}, "lists every class once"},
		{unordered{g}, "tells neighbours in a fixed order"},
		{selfish{g}, "mutates an architecture into another, from the stream alone"},
		{eager{g}, "mutates every part with a rate"},
		{foundling{g}, "crosses parents"},
		{ragged{g}, "encodes architectures in vectors of one length"},
		{infinite{g}, "encodes architectures in vectors of one length"},
		{viewless{g}, "shows its views"},
		{confused{g}, "composes architectures of choices"},
		{boundless{g}, "composes architectures of choices"},
		{pathless{g}, "encodes paths in vectors of one length"},
		{negative{g}, "tells sizes"},
		{silent{g}, "draws for people"},
		{vulnerable{g, new(atomic.Int32)}, "is safe for concurrent use"},
	} {
		if got, err := rule.Broken(t, rules(c.space)); got != c.want {
			t.Errorf("%T breaks %q, %v: want %q", c.space, got, err, c.want)
		}
	}
}

func TestPanicIsABrokenRule(t *testing.T) {
	name, err := rule.Broken(t, []rule.Rule{
		{Name: "first", Check: func(*testing.T) error { return nil }},
		{Name: "second", Check: func(*testing.T) error { panic("lost") }},
		{Name: "third", Check: func(*testing.T) error { return errors.New("not reached") }},
	})
	if name != "second" || err == nil || err.Error() != "panic: lost" {
		t.Errorf("%q, %v", name, err)
	}
}
