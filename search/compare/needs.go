package compare

import "github.com/nassearch/nassearch/search"

// Needs is what the strategies of the runs that are to be made take themselves, if they say it: the memory of those at
// the same time, and the time of all together.
func (e *Experiment) Needs() search.Needs {
	type kind struct{ problem, strategy string }
	known := map[kind]search.Needs{}
	_, open := e.there()
	bytes, seconds := 0., 0.
	for _, j := range open {
		k := kind{j.problem.Name, j.strategy.Name}
		if _, ok := known[k]; !ok {
			study, err := search.New(e.config.study(j.task, j.strategy, j.seed))
			if err != nil {
				continue // which the run says
			}
			known[k] = study.Needs()
		}
		bytes = max(bytes, float64(known[k].Memory))
		seconds += known[k].Time.Seconds()
	}
	return search.NewNeeds(bytes*float64(min(max(e.config.Workers, 1), len(open))), seconds)
}
