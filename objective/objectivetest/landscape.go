package objectivetest

import (
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// landscape compares what is known with what is measured.
func (c *checks) landscape(rule.T) error {
	l, classes, ok := c.known()
	if !ok {
		return nil
	}
	if !slices.Equal(l.Metrics(), c.evaluator.Metrics()) {
		return fmt.Errorf("it has the metrics %v, measured are %v", l.Metrics(), c.evaluator.Metrics())
	}
	for i, a := range c.archs {
		class, err := classes.ClassOf(a)
		if err != nil {
			return err
		}
		known, was := l.Values(class), c.measured[i].Values
		missing := slices.ContainsFunc(known, math.IsNaN)
		if was == nil && !missing || was != nil && !slices.Equal(known, was) {
			return fmt.Errorf("%q: it knows %v, measured is %v", a, known, was)
		}
	}
	return nil
}

// known is the landscape, if there is one, and the space that numbers its classes.
func (c *checks) known() (objective.Landscape, space.Enumerator, bool) {
	l, ok := c.evaluator.(objective.Landscape)
	classes, listed := c.space.(space.Enumerator)
	return l, classes, ok && listed
}

// ranks counts what the landscape says of its best, its worst and some others.
func (c *checks) ranks(rule.T) error {
	l, classes, ok := c.known()
	if !ok {
		return nil
	}
	for metric, m := range l.Metrics() {
		best, class, ok := l.Optimum(metric)
		if !ok {
			continue
		}
		worst, _ := l.Worst(metric)
		if l.Values(class)[metric] != best || m.Goal.Better(worst, best) {
			return fmt.Errorf("%s: the optimum is %v of class %d, which has %v; the worst is %v",
				m, best, class, l.Values(class)[metric], worst)
		}
		values := []float64{best, worst}
		for _, o := range c.measured {
			if o.Values != nil {
				values = append(values, o.Values[metric])
			}
		}
		for _, v := range values {
			if err := ranked(l, classes.Classes(), metric, v); err != nil {
				return err
			}
		}
	}
	return nil
}

// ranked counts the classes that are better than a value, and those that are as good.
func ranked(l objective.Landscape, classes, metric int, v float64) error {
	m := l.Metrics()[metric]
	better, equal := 0, 0
	for class := range classes {
		switch x := l.Values(class)[metric]; {
		case m.Goal.Better(x, v):
			better++
		case x == v:
			equal++
		}
	}
	if rank, atLeast := l.Rank(metric, v), l.AtLeast(metric, v); rank != 1+better || atLeast != better+equal {
		return fmt.Errorf("%s %v: rank %d, at least as good are %d: want %d and %d",
			m, v, rank, atLeast, 1+better, better+equal)
	}
	return nil
}
