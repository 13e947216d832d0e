package strategies

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

func problem() search.Problem {
	return search.Problem{Space: searchtest.NewGrid(3, 5), Metrics: []objective.Metric{{Name: "height"}}}
}

func told(id int, arch space.Arch, value float64) search.Trial {
	return search.Trial{ID: id, Arch: arch, Fidelity: 1, Values: []float64{value}, Of: -1}
}

func newTestEvolution(p search.Problem, population int) *Evolution {
	return &Evolution{problem: p, population: population, tournament: 20, mutate: p.Space.Mutate, failed: newFailures(p)}
}

func failed(id int, arch space.Arch) search.Trial {
	return search.Trial{ID: id, Arch: arch, Fidelity: 1, Failure: "made to fail", Of: -1}
}

func TestEvolutionRetiresOldest(t *testing.T) {
	e := newTestEvolution(problem(), 2)
	e.Tell(told(0, "4,4,4", 9))
	e.Tell(told(1, "0,0,0", 1))
	e.Tell(failed(2, "1,1,1"))
	if len(e.alive) != 2 || e.alive[0].ID != 0 {
		t.Fatalf("alive: %+v; a failed trial changes nothing", e.alive)
	}
	e.Tell(told(3, "0,0,1", 2))
	if len(e.alive) != 2 || e.alive[0].ID != 1 || e.alive[1].ID != 3 {
		t.Errorf("alive: %+v; the oldest dies, however good", e.alive)
	}
}

func TestEvolutionMutatesTheWinner(t *testing.T) {
	p := problem()
	e := newTestEvolution(p, 2)
	e.Tell(told(0, "4,4,4", 9))
	e.Tell(told(1, "0,0,0", 1))
	near := map[space.Arch]bool{}
	for _, a := range p.Space.(space.Neighborer).Neighbors("4,4,4") {
		near[a] = true
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		got, err := e.Ask(context.Background(), r, nil)
		if err != nil || !near[got.Arch] {
			t.Fatalf("proposes %v, %v: no neighbour of the best", got, err)
		}
	}
}

func TestEvolutionCountsPendingProposals(t *testing.T) {
	const child = "3,3,3"
	e := newTestEvolution(problem(), 3)
	e.mutate = func(*rand.Rand, space.Arch) space.Arch { return child }
	e.Tell(told(0, "4,4,4", 9))
	r := rand.New(rand.NewPCG(1, 1))
	if got, _ := e.Ask(context.Background(), r, make([]search.Proposal, 1)); got.Arch == child {
		t.Error("one alive and one pending of three: it should still draw")
	}
	if got, _ := e.Ask(context.Background(), r, make([]search.Proposal, 2)); got.Arch != child {
		t.Error("one alive and two pending of three: it should mutate")
	}
}

func TestEvolutionMutatesWhateverSucceeded(t *testing.T) {
	p := problem()
	e := newTestEvolution(p, 4)
	e.Tell(told(0, "2,2,2", 9))
	for id, a := range []space.Arch{"0,0,0", "1,1,1", "3,3,3"} {
		e.Tell(failed(1+id, a))
	}
	near := p.Space.(space.Neighborer).Neighbors("2,2,2")
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		got, err := e.Ask(context.Background(), r, nil)
		if err != nil || !slices.Contains(near, got.Arch) {
			t.Fatalf("proposes %v, %v: no neighbour of the only one that succeeded", got, err)
		}
	}
}

func TestEvolutionGoesFurtherWhereAllThatIsNearFailed(t *testing.T) {
	p := problem()
	e := newTestEvolution(p, 2)
	e.Tell(told(0, "2,2,2", 9))
	near := map[space.Arch]bool{}
	for id, a := range p.Space.(space.Neighborer).Neighbors("2,2,2") {
		near[p.Class(a)] = true
		e.Tell(failed(1+id, a))
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		got, err := e.Ask(context.Background(), r, nil)
		if class := p.Class(got.Arch); err != nil || near[class] || class == "2,2,2" {
			t.Fatalf("proposes %v, %v: want a class that nobody has told of", got, err)
		}
	}
}

func newTestLocal(t *testing.T, improvement string) *Local {
	t.Helper()
	s, err := newLocal(problem(), search.Options{"improvement": improvement})
	if err != nil {
		t.Fatal(err)
	}
	return s.(*Local)
}

func TestLocalAsksForUnknownNeighbours(t *testing.T) {
	l := newTestLocal(t, "first")
	l.Tell(told(0, "2,2,2", 5))
	asked := map[space.Arch]bool{}
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 4 { // 12 neighbours in 4 classes: 0,2,2 1,2,2 2,2,3 2,2,4
		p, err := l.Ask(context.Background(), r, nil)
		if err != nil {
			t.Fatal(err)
		}
		class := l.problem.Class(p.Arch)
		if asked[class] {
			t.Fatalf("asks for %s of class %s again", p.Arch, class)
		}
		asked[class] = true
		l.Tell(told(i+1, p.Arch, 1))
	}
	if l.here != nil {
		t.Errorf("all neighbours are worse, and it still stands at %s", l.here.Arch)
	}
}

func TestLocalMovesToTheFirstOrTheBest(t *testing.T) {
	for _, c := range []struct {
		improvement string
		want        []space.Arch // where it stands after each neighbour
	}{
		{"first", []space.Arch{"2,2,3", "2,2,3", "2,2,4", "2,2,4"}},
		{"best", []space.Arch{"2,2,2", "2,2,2", "2,2,2", "2,2,4"}},
	} {
		l := newTestLocal(t, c.improvement)
		l.Tell(told(0, "2,2,2", 5))
		for i, n := range []search.Trial{told(1, "2,2,3", 6), told(2, "1,2,2", 1), told(3, "2,2,4", 7), told(4, "0,2,2", 5.5)} {
			l.Tell(n)
			if l.here == nil || l.here.Arch != c.want[i] {
				t.Errorf("%s: after %s it stands at %+v, want %s", c.improvement, n.Arch, l.here, c.want[i])
			}
		}
	}
}

func TestRandomOverClassesIsUniform(t *testing.T) {
	p := problem()
	s, err := RandomEntry().New(p, search.Options{"over": "classes"})
	if err != nil {
		t.Fatal(err)
	}
	e := p.Space.(space.Enumerator)
	counts, r := make([]int, e.Classes()), rand.New(rand.NewPCG(2, 2))
	const each = 200
	for range each * e.Classes() {
		got, err := s.Ask(context.Background(), r, nil)
		if err != nil {
			t.Fatal(err)
		}
		i, err := e.ClassOf(got.Arch)
		if err != nil {
			t.Fatal(err)
		}
		counts[i]++
	}
	for i, n := range counts { // standard deviation 14
		if n < each-70 || n > each+70 {
			t.Errorf("class %d came %d times, want about %d", i, n, each)
		}
	}
}
