package compare

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/search"
)

// renew has the folder go on with strategies that are set otherwise than they were, or whose programs have changed, if
// none of their runs is finished or has trials. Else the error names those that have.
func (s *Store) renew(now header) error {
	was := s.log.Header
	mended := was.Plan.mended(now.Plan)
	finished := maps.Clone(s.made)
	maps.DeleteFunc(finished, func(k runKey, _ bool) bool { return !slices.Contains(mended, k.strategy) })
	begun := s.begun(now.Plan, mended)
	held := &settings.ChangedError{Path: s.dir, Kind: form.Place}
	switch {
	case len(finished) > 0:
		held.Part = tally(finished, now.Plan) + " made"
	case len(begun) > 0:
		held.Part, held.Remove = tally(begun, now.Plan)+" begun", s.folders(begun)
		finished = begun
	default:
		return s.log.Renew(now)
	}
	var names []string
	for k := range finished {
		names = append(names, k.strategy)
	}
	held.Differences = was.Plan.of(names).differences(now.Plan.of(names))
	return held
}

// mended names the strategies whose runs follow from what differs: all where that is what measures.
func (s setting) mended(now setting) (names []string) {
	for _, t := range s.Strategies {
		one := []string{t.Name}
		if len(s.of(one).differences(now.of(one))) > 0 {
			names = append(names, t.Name)
		}
	}
	return names
}

// begun are the runs of some strategies that have journals with trials.
func (s *Store) begun(p setting, strategies []string) map[runKey]bool {
	all := map[runKey]bool{}
	for _, q := range p.Problems {
		for _, strategy := range strategies {
			for _, seed := range s.seeds(q.Name, strategy) {
				k := runKey{q.Name, strategy, seed}
				if r, _ := search.ReadJournal(s.path(k)); len(r.Trials) > 0 { // what is damaged is told when it is continued
					all[k] = true
				}
			}
		}
	}
	return all
}

// tally tells how many runs of which strategies these are: "2 runs of mine and 1 run of his were".
func tally(runs map[runKey]bool, p setting) string {
	var parts []string
	for _, t := range p.Strategies {
		n := 0
		for k := range runs {
			if k.strategy == t.Name {
				n++
			}
		}
		switch n {
		case 0:
		case 1:
			parts = append(parts, "1 run of "+t.Name)
		default:
			parts = append(parts, fmt.Sprintf("%d runs of %s", n, t.Name))
		}
	}
	verb := " were"
	if len(runs) == 1 {
		verb = " was"
	}
	return strings.Join(parts, " and ") + verb
}

// folders are those that hold the journals of runs.
func (s *Store) folders(runs map[runKey]bool) string {
	var all []string
	for k := range runs {
		all = append(all, filepath.Dir(s.path(k)))
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " and ")
}
