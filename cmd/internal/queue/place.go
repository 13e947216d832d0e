package queue

import (
	"slices"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/beside"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/search"
)

// Place is a queue whose workers measure for what a command fills. It is kept beside that for whoever watches it: a
// journal is the same, whoever measured.
type Place struct {
	Address string   `json:"queue"`   // without who comes there
	Sources []string `json:"sources"` // those of the workers that are asked
}

// Asked is where problems of one command are measured; nowhere if no workers are asked.
func Asked(all ...*backend.Problem) (p Place) {
	for _, q := range all {
		if name := q.Queue.Source; name != "" && !slices.Contains(p.Sources, name) {
			p.Address, p.Sources = q.Queue.Address, append(p.Sources, name)
		}
	}
	return p
}

// kind is what places are called beside files.
const kind = "queue"

// Keep keeps a place beside a file. Of no queue it forgets what was kept before.
func Keep(path string, p Place) {
	if p.Address == "" {
		beside.Forget(path, kind)
		return
	}
	beside.Keep(path, kind, p)
}

// Kept returns the place of a file; that of no queue if none is kept.
func Kept(path string) Place {
	p, _ := beside.Kept[Place](path, kind)
	return p
}

// Elsewhere says whether a study was measured by workers of a queue, as far as it says that itself: of networks that
// are trained it does not.
func Elsewhere(d search.Description) bool { return slices.Contains(d.Arguments, "--backend=remote") }

// Suits says whether an offer can be what a study asks: it is of the same space, has its metrics, and contradicts none
// of its settings.
func Suits(o remote.Offer, d search.Description) bool {
	lacks := func(m objective.Metric) bool {
		return !slices.ContainsFunc(o.Metrics, func(of objective.Metric) bool { return of.Name == m.Name })
	}
	if o.Space.Name != d.Space || slices.ContainsFunc(d.Objective, lacks) {
		return false
	}
	for name, value := range d.Settings {
		if of, ok := o.Settings[name]; ok && of != value {
			return false
		}
	}
	return true
}
