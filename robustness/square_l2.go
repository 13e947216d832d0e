package robustness

import "math"

// startL2 covers the image with 5 by 5 tiles of the pattern eta, each channel with a sign of its own, of length eps.
func (s *patches) startL2() {
	side := max(min(s.Shape.Height, s.Shape.Width)/5, 1)
	delta := make([]float32, len(s.X))
	for row := s.Shape.Height % side / 2; row+side <= s.Shape.Height; row += side {
		for col := s.Shape.Width % side / 2; col+side <= s.Shape.Width; col += side {
			eta := s.eta(side, side)
			for c := range s.Shape.Channels {
				sign, k := float64(s.sign()), 0
				s.each(c, window{row, col, side, side}, func(i int) {
					delta[i] = float32(sign * eta[k])
					k++
				})
			}
		}
	}
	s.add(s.best, delta)
}

// proposeL2 takes the change out of two windows, and puts its length, and what eps leaves, into the first of them,
// where the pattern eta is added (algorithm 3).
func (s *patches) proposeL2(side int) {
	delta := make([]float32, len(s.X))
	for i, v := range s.X {
		delta[i] = s.best[i] - v
	}
	to, from := s.window(side), s.window(side)
	left := max(s.Threat.Eps*s.Threat.Eps-squares(delta), 0) / float64(s.Shape.Channels)
	eta := s.eta(to.height, to.width)
	for c := range s.Shape.Channels {
		patch := s.patch(delta, c, to, eta)
		held := 0.0
		take := func(i int) {
			held += float64(delta[i]) * float64(delta[i])
			delta[i] = 0
		}
		s.each(c, to, take)
		s.each(c, from, take)
		k := 0
		s.each(c, to, func(i int) {
			delta[i] = float32(math.Sqrt(left+held) * patch[k])
			k++
		})
	}
	copy(s.next, s.X)
	s.add(s.next, delta)
}

// patch returns eta, with a random sign, plus the direction of the change in a channel's window, of length 1.
func (s *patches) patch(delta []float32, channel int, w window, eta []float64) []float64 {
	old := make([]float64, 0, len(eta))
	s.each(channel, w, func(i int) { old = append(old, float64(delta[i])) })
	unit(old)
	sign := float64(s.sign())
	for k := range old {
		old[k] += sign * eta[k]
	}
	unit(old)
	return old
}

// add adds delta, scaled to length eps, and clips to [0,1].
func (s *patches) add(x, delta []float32) {
	scale := s.Threat.Eps / (math.Sqrt(squares(delta)) + 1e-12)
	for i, d := range delta {
		x[i] += float32(scale * float64(d))
	}
	s.Threat.Project(x, s.X)
}

// eta is the pattern of patches: two halves of opposite sign, each a pyramid, of length 1 in all, in one of two
// orientations (section 3.3 there, eq. 2).
func (s *patches) eta(height, width int) []float64 {
	across := s.Rand.Uint64()&1 == 0
	if across {
		height, width = width, height
	}
	flat := append(pyramid(height/2, width, 1), pyramid(height-height/2, width, -1)...)
	unit(flat)
	if !across {
		return flat
	}
	turned := make([]float64, len(flat))
	for i, v := range flat {
		turned[i%width*height+i/width] = v
	}
	return turned
}

// pyramid returns rectangles around a middle, of weights 1, 1/4, 1/9 ..., added up and scaled to the length sign.
func pyramid(height, width int, sign float64) []float64 {
	p := make([]float64, height*width)
	top, left := height/2, width/2
	for k := range max(height/2, width/2) + 1 {
		for row := max(top-k, 0); row < min(top+k+1, height); row++ {
			for col := max(left-k, 0); col < min(left+k+1, width); col++ {
				p[row*width+col] += 1 / float64((k+1)*(k+1))
			}
		}
	}
	unit(p)
	for i := range p {
		p[i] *= sign
	}
	return p
}

// unit scales to length 1, unless all is 0.
func unit(v []float64) {
	if sum := squares(v); sum > 0 {
		for i := range v {
			v[i] /= math.Sqrt(sum)
		}
	}
}
