package attack

import (
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/robustness"
)

// show follows an evaluation: first the clean images, then the attacks.
func show(bar *progress.Bar) func(robustness.Progress) {
	under := ""
	return func(p robustness.Progress) {
		what := "clean image"
		if p.Attacking {
			what = "attack"
		}
		if what != under {
			under = what
			bar.Start(what, 0, p.Jobs)
		}
		bar.Set(p.Done, "%d fell", p.Fallen)
	}
}
