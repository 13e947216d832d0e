package figure

import (
	"cmp"
	"math"
	"slices"
)

// Last is the rank at the end of the axis, which begins at 1.
func (r Ranks) Last() int { return max(len(r.Means), 2) }

// Rows is how many names hang below each other.
func (r Ranks) Rows() int { return (len(r.Means) + 1) / 2 }

// Bars are the ranges of the sets of more than one.
func (r Ranks) Bars() []Range {
	var bars []Range
	for _, g := range r.Groups {
		bar := everything()
		for _, s := range r.Means {
			if slices.Contains(g, s.Name) {
				bar.see(s.Mean)
			}
		}
		if len(g) > 1 {
			bars = append(bars, bar)
		}
	}
	return bars
}

// Difference is the critical one as far as the axis can show it; false if it is not known.
func (r Ranks) Difference() (float64, bool) {
	return min(r.Critical, float64(r.Last()-1)), r.Critical > 0 && !math.IsInf(r.Critical, 0)
}

// Hanging is the place of a name below the axis.
type Hanging struct {
	Rank
	Color int
	Worse bool // at the side of the worse ranks
	Row   int  // from 0 at the axis
}

// Hung are the names from the best on: the better half at its side of the axis, the rest at the other.
func (r Ranks) Hung() []Hanging {
	all := make([]Hanging, len(r.Means))
	for i, rank := range r.Means {
		all[i] = Hanging{Rank: rank, Color: i}
	}
	slices.SortStableFunc(all, func(a, b Hanging) int { return cmp.Compare(a.Mean, b.Mean) })
	for i := range all {
		all[i].Row = i
		if i >= r.Rows() {
			all[i].Worse, all[i].Row = true, len(all)-1-i
		}
	}
	return all
}
