// Package goal keeps beside what a command is filling how far that is to go, for whoever watches it: a journal does not
// say it, since a study that is extended is the one that had the larger budget from the beginning.
package goal

import (
	"time"

	"github.com/nassearch/nassearch/cmd/internal/beside"
)

// Goal is how far something is to go. It is there while a process works on it, and stays if that ends before.
type Goal struct {
	Total  int           `json:"total,omitempty"`   // queries, runs or measurements; 0 for no limit
	Each   int           `json:"each,omitempty"`    // queries of a run; 0 for no limit, or no runs
	Time   time.Duration `json:"time_ns,omitempty"` // on the virtual clock; 0 for no limit
	Before int           `json:"before,omitempty"`  // of the total, that an earlier process did
	Began  time.Time     `json:"began"`             // this process
}

// kind is what goals are called beside files.
const kind = "goal"

// Set keeps a goal.
func Set(path string, g Goal) { beside.Keep(path, kind, g) }

// Reached forgets the goal.
func Reached(path string) { beside.Forget(path, kind) }

// Of returns the goal of a file; false if it was reached, or nobody knows it.
func Of(path string) (Goal, bool) {
	g, ok := beside.Kept[Goal](path, kind)
	return g, ok && g.Total >= 0 && g.Time >= 0
}

// Remaining is the time until the goal is reached, if the rest takes as long as what this process did: of the queries,
// or of the clock, whichever comes first. It is false if that cannot be told yet.
func (g Goal) Remaining(done int, clock time.Duration, now time.Time) (left time.Duration, ok bool) {
	passed := now.Sub(g.Began)
	add := func(rest, did float64) {
		t := time.Duration(float64(passed) * max(0, rest) / did)
		if !ok || t < left {
			left, ok = t, true
		}
	}
	if made := done - g.Before; g.Total > 0 && made > 0 && passed > 0 {
		add(float64(g.Total-done), float64(made))
	}
	// What the clock was when this process began is told by the share of the queries that were there.
	if made := done - g.Before; g.Time > 0 && made > 0 && passed > 0 && clock > 0 {
		add(float64(g.Time-clock), float64(clock)*float64(made)/float64(done))
	}
	return left, ok
}
