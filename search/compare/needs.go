package compare

import "github.com/nassearch/nassearch/search"

// Needs is what the strategies of the runs that are to be made take themselves, if they say it: the memory of those at
// the same time, and the time of all together.
func (e *Experiment) Needs() (all search.Needs) {
	type kind struct{ problem, strategy string }
	known := map[kind]search.Needs{}
	_, open := e.there()
	for _, j := range open {
		k := kind{j.problem.Name, j.strategy.Name}
		if _, ok := known[k]; !ok {
			study, err := search.New(e.config.study(j.task, j.strategy, j.seed))
			if err != nil {
				continue // which the run says
			}
			known[k] = study.Needs()
		}
		all.Memory = max(all.Memory, known[k].Memory)
		all.Time += known[k].Time
	}
	all.Memory *= int64(min(max(e.config.Workers, 1), len(open)))
	return all
}
