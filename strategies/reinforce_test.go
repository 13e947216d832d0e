package strategies

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

func newTestReinforce(t *testing.T) *Reinforce {
	t.Helper()
	s, err := newReinforce(problem(), search.Options{"rate": "0.1", "momentum": "0.5"})
	if err != nil {
		t.Fatal(err)
	}
	return s.(*Reinforce)
}

// A reward above the moving average makes its choices likelier, one below less likely, and a failed trial changes nothing.
func TestReinforceFollowsTheAdvantage(t *testing.T) {
	e := newTestReinforce(t)
	chance := func() float64 { return softmax(e.policies[2])[4] }
	e.Tell(told(0, "0,0,0", 1)) // the first is the average itself
	if p := chance(); math.Abs(p-.2) > 1e-12 {
		t.Errorf("after one reward a choice of 5 has probability %g", p)
	}
	e.Tell(told(1, "1,2,4", 3))
	up := chance()
	e.Tell(failed(2, "0,4,4"))
	if up <= .2 || chance() != up {
		t.Errorf("after a good reward and a failure: %g, %g", up, chance())
	}
	for i, a := range []space.Arch{"2,2,4", "3,3,4", "3,4,4", "2,4,4"} {
		e.Tell(told(3+i, a, -10))
	}
	if down := chance(); down >= up {
		t.Errorf("after bad rewards the probability is %g, before %g", down, up)
	}
}

// The policy is the same whatever the unit of the values.
func TestReinforceKnowsNoUnit(t *testing.T) {
	var first []float64
	for _, unit := range []float64{1, 0x1p-1000, 0x1p1000} {
		e := newTestReinforce(t)
		for i, a := range []space.Arch{"0,0,0", "1,2,4", "2,2,4", "0,4,4"} {
			e.Tell(told(i, a, unit*float64(1+i*i)))
		}
		if first == nil {
			first = e.logits
		}
		if !slices.Equal(e.logits, first) {
			t.Errorf("in units of %g: %v, want %v", unit, e.logits, first)
		}
	}
}

func TestReinforceDrawsFromItsPolicy(t *testing.T) {
	e := newTestReinforce(t)
	e.policies[0][3], e.policies[1][2], e.policies[2][1] = 9, 9, 9
	counts := map[space.Arch]int{}
	for seed := range uint64(100) {
		p, err := e.Ask(t.Context(), rand.New(rand.NewPCG(seed, 1)), nil)
		if err != nil {
			t.Fatal(err)
		}
		counts[p.Arch]++
	}
	if counts["3,2,1"] < 95 {
		t.Errorf("a policy that is sure of 3,2,1 proposes %v", counts)
	}
}
