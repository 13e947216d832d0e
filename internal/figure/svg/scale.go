package svg

import "github.com/nassearch/nassearch/internal/figure"

// scale maps numbers to coordinates. A logarithmic one has a place for zero beyond its low end if zero is in its range.
type scale struct {
	figure.Range
	from, to float64 // coordinates of the ends
	zero     float64 // that of zero
}

func newScale(r figure.Range, from, to float64) scale { return scale{Range: r, from: from, to: to} }

func (s scale) at(v float64) float64 {
	if s.Zero && v <= 0 {
		return s.zero
	}
	return s.from + min(max(s.Share(v), -far), far)*(s.to-s.from)
}

// far is how many lengths of an axis beyond its ends something is drawn at most: nobody sees more of it.
const far = 1000
