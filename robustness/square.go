package robustness

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Square is the Square Attack (Andriushchenko et al., ECCV 2020, algorithms 1 to 3): random search by square patches,
// which needs no gradient. It lowers the margin between the label's logit and the best other.
//
// A patch may touch every border, as in the paper; the authors' code never places one in the last row or column.
type Square struct {
	Queries int     `json:"queries"` // after the first; 0 is not allowed
	Share   float64 `json:"share"`   // of the pixels in the first patches, p in the paper
	// Rescale stretches the schedule of the patches' sizes, made for 10,000 queries, to Queries.
	Rescale bool `json:"rescale"`
}

// DefaultSquare returns the setting of standard AutoAttack: 5,000 queries, p = .8, the schedule not stretched.
func DefaultSquare() Square { return Square{Queries: 5000, Share: .8} }

// Name returns "square".
func (a Square) Name() string { return "square" }

// String returns "5000 queries", or "500 queries, the schedule stretched to them".
func (a Square) String() string {
	text := fmt.Sprintf("%d queries", a.Queries)
	if a.Rescale {
		text += ", the schedule stretched to them"
	}
	return text
}

// Traits are those of an attack without gradients.
func (a Square) Traits() Traits { return Traits{Kind: BlackBox} }

// Validate implements [Attack].
func (a Square) Validate() error {
	return cmp.Or[error](atLeast("queries", a.Queries, 1), share("share of pixels", a.Share))
}

// Run implements [Attack].
func (a Square) Run(o Oracle, p Problem) ([]float32, error) {
	s := patches{Problem: p}
	s.best = slices.Clone(p.X)
	s.start()
	logits, err := o.Logits(s.best)
	if err != nil || Fooled(logits, p.Label) {
		return s.best, err
	}
	lowest := Margin(logits, p.Label)
	s.next = make([]float32, len(s.best))
	for i := range a.Queries {
		copy(s.next, s.best)
		s.propose(a.share(i))
		if logits, err = o.Logits(s.next); err != nil {
			return nil, err
		}
		if Fooled(logits, p.Label) {
			return s.next, nil
		}
		if m := Margin(logits, p.Label); m < lowest {
			lowest = m
			s.best, s.next = s.next, s.best
		}
	}
	return s.best, nil
}

// share returns the share of the pixels in the patch of a query: it is halved at fixed numbers of queries.
func (a Square) share(query int) float64 {
	if a.Rescale {
		query = int(float64(query) / float64(a.Queries) * 10000)
	}
	p := a.Share
	for _, end := range []int{10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000} {
		if query > end {
			p /= 2
		}
	}
	return p
}

// patches is the state of the search on one image.
type patches struct {
	Problem
	best, next []float32
}

// start sets best: stripes a pixel wide for Linf, a grid of tiles for L2.
func (s *patches) start() {
	if s.Threat.Norm == L2 {
		s.startL2()
		return
	}
	eps := float32(s.Threat.Eps)
	for c := range s.Shape.Channels {
		for col := range s.Shape.Width {
			v := eps * s.sign()
			for row := range s.Shape.Height {
				s.best[s.at(c, row, col)] += v
			}
		}
	}
	s.Threat.Project(s.best, s.X)
}

// propose changes next, a copy of best, by a patch of about the given share of the pixels.
func (s *patches) propose(share float64) {
	pixels := float64(s.Shape.Height * s.Shape.Width)
	side := int(math.RoundToEven(math.Sqrt(share * pixels)))
	if s.Threat.Norm == L2 {
		s.proposeL2(max(side, 3) | 1)
		return
	}
	w := s.window(side)
	for c := range s.Shape.Channels {
		v := 2 * float32(s.Threat.Eps) * s.sign() // from one side of the ball to the other
		s.each(c, w, func(i int) { s.next[i] += v })
	}
	s.Threat.Project(s.next, s.X)
}

// window is a rectangle of pixels.
type window struct{ row, col, height, width int }

// window returns a square of the given side, as far as it fits the image, at a uniform place.
func (s *patches) window(side int) window {
	w := window{height: min(max(side, 1), s.Shape.Height), width: min(max(side, 1), s.Shape.Width)}
	w.row = s.Rand.IntN(s.Shape.Height - w.height + 1)
	w.col = s.Rand.IntN(s.Shape.Width - w.width + 1)
	return w
}

// each calls f for the values of a channel in a window, row by row.
func (s *patches) each(channel int, w window, f func(i int)) {
	for row := w.row; row < w.row+w.height; row++ {
		for col := w.col; col < w.col+w.width; col++ {
			f(s.at(channel, row, col))
		}
	}
}

func (s *patches) at(channel, row, col int) int {
	return (channel*s.Shape.Height+row)*s.Shape.Width + col
}

// sign returns 1 or -1.
func (s *patches) sign() float32 {
	if s.Rand.Uint64()&1 == 0 {
		return -1
	}
	return 1
}
