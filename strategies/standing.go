package strategies

import (
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// standing is a table of contenders, the best first, which grows by one at a time. It is the order of [bestFirst] after
// each, kept instead of made anew: of one metric a new one is put in its place, and of several it pushes down what it
// dominates, front after front (Li, Deb, Zhang, Zhang, IEEE TEVC 2017), while other fronts stay as they are.
type standing struct {
	fronts []front // of one metric a single one
	of     map[space.Arch]*contender
	goal   objective.Direction
}

// front are contenders of which none dominates another, the least crowded first.
type front struct {
	list    []*contender
	settled bool // sorting it again changes nothing, as it may where some are equal in a metric
}

// contender is a class with values.
type contender struct {
	trial   search.Trial
	class   space.Arch
	costs   []float64
	through bool // it is trained for longer, or has been
}

func newStanding(p search.Problem) *standing {
	return &standing{of: map[space.Arch]*contender{}, goal: p.Metrics[0].Goal}
}

// size is the number of contenders.
func (s *standing) size() int { return len(s.of) }

// all yields the contenders, the best first.
func (s *standing) all(yield func(*contender) bool) {
	for _, f := range s.fronts {
		for _, c := range f.list {
			if !yield(c) {
				return
			}
		}
	}
}

// add adds a contender, of a class that is not there.
func (s *standing) add(c *contender) {
	s.of[c.class] = c
	if len(c.costs) > 1 {
		s.enter(c)
		for i := range s.fronts {
			s.fronts[i].sort()
		}
		return
	}
	if len(s.fronts) == 0 {
		s.fronts = make([]front, 1)
	}
	list := s.fronts[0].list
	at, _ := slices.BinarySearchFunc(list, c, func(there, c *contender) int {
		if s.goal.Compare(there.trial.Values[0], c.trial.Values[0]) <= 0 { // of equal ones the first is the first
			return -1
		}
		return 1
	})
	s.fronts[0].list = slices.Insert(list, at, c)
}

// enter puts a contender on the first front on which nothing dominates it. What it dominates there goes to the next
// front, before those that were there, and so on.
func (s *standing) enter(c *contender) {
	at, _ := slices.BinarySearchFunc(s.fronts, c, func(f front, c *contender) int {
		if f.dominates(c) {
			return -1
		}
		return 1
	})
	moved := front{list: []*contender{c}}
	for ; len(moved.list) > 0; at++ {
		var stay, next []*contender
		if at < len(s.fronts) {
			for _, f := range s.fronts[at].list {
				if moved.dominates(f) {
					next = append(next, f)
				} else {
					stay = append(stay, f)
				}
			}
		}
		switch {
		case len(stay) == 0: // and so it is with all fronts below
			s.fronts = slices.Insert(s.fronts, at, moved)
			return
		case moved.list[0] == c:
			stay = append(stay, c)
		default:
			stay = append(moved.list, stay...)
		}
		s.fronts[at], moved = front{list: stay}, front{list: next}
	}
}

// dominates says whether one of a front dominates a contender.
func (f front) dominates(c *contender) bool {
	return slices.ContainsFunc(f.list, func(one *contender) bool { return objective.Dominates(one.costs, c.costs) })
}

// sort orders the front; of equally crowded ones the first stays the first.
func (f *front) sort() {
	if f.settled {
		return
	}
	points := make([][]float64, len(f.list))
	for i, c := range f.list {
		points[i] = c.costs
	}
	crowding := objective.Crowding(points, make([]int, len(points)))
	for i := range crowding {
		crowding[i] = -crowding[i]
	}
	sorted := make([]*contender, len(f.list))
	for i, at := range ascending(crowding) {
		sorted[i] = f.list[at]
	}
	f.settled = slices.Equal(f.list, sorted)
	f.list = sorted
}
