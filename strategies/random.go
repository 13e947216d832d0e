package strategies

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Random proposes independent draws from the space.
type Random struct{ draw func(*rand.Rand) space.Arch }

// RandomEntry describes Random to a registry.
func RandomEntry() search.Entry {
	return search.Entry{
		About:  "independent random architectures",
		Source: "Li and Talwalkar, Random Search and Reproducibility for NAS, UAI 2019",
		Options: []search.Option{
			search.ChoiceOption("over", "what is drawn uniformly: texts, as in the literature, or classes", "texts", "classes"),
		},
		Multi: true,
		New: func(p search.Problem, o search.Options) (search.Strategy, error) {
			if o.Choice("over") == "texts" {
				return &Random{p.Space.Sample}, nil
			}
			e, ok := p.Space.(space.Enumerator)
			if !ok {
				return nil, fmt.Errorf("over=classes: space %s cannot be listed", p.Space.Name())
			}
			return &Random{func(r *rand.Rand) space.Arch { return e.Class(r.IntN(e.Classes())) }}, nil
		},
	}
}

// Ask draws.
func (s *Random) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	return search.Proposal{Arch: s.draw(r)}, nil
}

// Tell learns nothing.
func (s *Random) Tell(search.Trial) {}
