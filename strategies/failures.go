package strategies

import (
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// failures are the classes that are known to fail. No strategy asks for them again, in whichever words.
type failures struct {
	problem search.Problem
	told    map[space.Arch]bool // classes, and whether they failed
}

func newFailures(p search.Problem) failures { return failures{p, map[space.Arch]bool{}} }

// note learns of a trial.
func (f failures) note(t search.Trial) { f.told[f.problem.Class(t.Arch)] = t.Failed() }

// avoid draws and, if that class is known to fail, again until one is new: as soon as much has failed most of what is
// left to draw from has been told. If none of many is new, it takes the last. Attempts count from 0.
func (f failures) avoid(draw func(attempt int) space.Arch) space.Arch {
	a := draw(0)
	if !f.told[f.problem.Class(a)] {
		return a
	}
	for attempt := range freshDraws {
		a = draw(attempt + 1)
		if _, told := f.told[f.problem.Class(a)]; !told {
			break
		}
	}
	return a
}
