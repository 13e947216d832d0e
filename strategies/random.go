package strategies

import (
	"context"
	"math/rand/v2"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Random proposes independent draws from the space. What has failed is not drawn again.
type Random struct {
	draw   func(*rand.Rand) space.Arch
	failed failures
}

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
				return &Random{p.Space.Sample, newFailures(p)}, nil
			}
			e, ok := p.Space.(space.Enumerator)
			if !ok {
				return nil, &search.SpaceError{Space: p.Space.Name(), Lacks: "cannot be listed, which over=classes needs"}
			}
			draw := func(r *rand.Rand) space.Arch { return e.Class(r.IntN(e.Classes())) }
			return &Random{draw, newFailures(p)}, nil
		},
	}
}

// Ask draws.
func (s *Random) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	return search.Proposal{Arch: s.failed.avoid(func(int) space.Arch { return s.draw(r) })}, nil
}

// Tell learns what fails, and nothing else.
func (s *Random) Tell(t search.Trial) { s.failed.note(t) }
