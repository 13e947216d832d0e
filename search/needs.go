package search

import (
	"math/rand/v2"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Needs is what a strategy takes itself, roughly, beside what it asks for.
type Needs struct {
	Memory int64         // bytes at most
	Time   time.Duration // of one core
}

// mostNeeded is the largest number of bytes or nanoseconds that is told.
const mostNeeded = 1 << 62

// NewNeeds returns needs of so many bytes and seconds or, if these are too many, the most that are told.
func NewNeeds(bytes, seconds float64) Needs {
	return Needs{int64(min(bytes, mostNeeded)), time.Duration(min(seconds*float64(time.Second), mostNeeded))}
}

// Demanding is a strategy that knows what it takes for a number of proposals, not more than it will make but for
// duplicates: an optional capability.
type Demanding interface{ Needs(queries int) Needs }

// Needs is what the strategy will take for the whole budget, nothing if it does not say.
func (s *Study) Needs() Needs {
	d, ok := As[Demanding](s.strategy)
	if !ok {
		return Needs{}
	}
	return d.Needs(s.most())
}

// most is the number of queries that the study will come to, roughly, if nothing else ends it.
func (s *Study) most() int {
	c := s.config
	queries, shortest := c.Budget, 1.
	trainings := 1
	if of := objective.FidelitiesOf(c.Evaluator); c.Registry[c.Strategy].Fidelities && len(of) > 0 {
		trainings, shortest = len(of), of[0]
	}
	if e, ok := c.Space.(space.Enumerator); ok && !c.CountDuplicates {
		queries = min(queries, trainings*e.Classes())
	}
	if c.TimeBudget > 0 {
		queries = min(queries, s.within(c.TimeBudget, shortest))
	}
	return queries
}

// costSamples is the number of architectures from whose costs is told how many there is time for.
const costSamples = 64

// within is how many trainings at a fidelity begin in so much time of the study's clock.
func (s *Study) within(limit time.Duration, fidelity float64) int {
	r, total := rand.New(rand.NewPCG(s.config.Seed, costSamples)), time.Duration(0)
	for range costSamples {
		total += s.config.Evaluator.Cost(objective.Request{Arch: s.config.Space.Sample(r), Fidelity: fidelity})
	}
	each := total.Seconds() / costSamples
	if each <= 0 {
		return s.config.Budget
	}
	window := max(s.config.Window, 1)
	return int(min(limit.Seconds()/each*float64(window), 1<<53)) + window
}
