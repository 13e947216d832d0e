package search

import (
	"context"
	"fmt"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// finalTest measures a search's answer, the best architecture or the front, on images that it has not seen. What is
// known when something fails is returned with the error.
func finalTest(
	ctx context.Context, p *backend.Problem, r search.Result, bar *progress.Bar,
) (map[space.Arch][]float64, error) {
	if p.Test == nil || r.Stop == search.Interrupted {
		return nil, nil
	}
	answer := r.Front()
	if best, _, ok := r.Best(); len(r.Study.Objective) == 1 && ok {
		answer = []search.Trial{best}
	}
	tests := map[space.Arch][]float64{}
	for i, t := range answer {
		bar.Say(fmt.Sprintf("final test %d of %d", i+1, len(answer)))
		arch := space.Canonical(p.Space, t.Arch)
		values, err := p.Test.Test(ctx, objective.Request{Arch: arch, Fidelity: t.Fidelity, Seed: r.Study.Seed})
		if ctx.Err() != nil {
			return tests, env.ErrInterrupted
		}
		if err != nil {
			return tests, fmt.Errorf("final test of %s: %w", arch, err)
		}
		tests[arch] = values
	}
	return tests, nil
}
