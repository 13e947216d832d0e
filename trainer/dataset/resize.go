package dataset

import (
	"fmt"
	"math"
)

// mostGB is more than any machine that this is for has memory.
const mostGB = 100

// Resize returns the set with images of another side. Every new pixel is the mean over the area that it covers,
// rounded to the nearest whole number.
func (s *Set) Resize(side int) (*Set, error) {
	if side < 1 {
		return nil, fmt.Errorf("image side %d: want at least 1", side)
	}
	if side == s.Side {
		return s, nil
	}
	if gb := float64(s.Len()*s.Channels) * float64(side) * float64(side) / 1e9; gb > mostGB {
		return nil, fmt.Errorf("image side %d: %d images would take %.3g GB", side, s.Len(), gb)
	}
	out := &Set{Channels: s.Channels, Side: side, Classes: s.Classes, Labels: s.Labels, Unordered: s.Unordered}
	out.Pixels = make([]uint8, s.Len()*out.size())
	cover := coverage(s.Side, side)
	size, old := side*side, s.Side*s.Side
	for plane := range s.Len() * s.Channels {
		resizePlane(out.Pixels[plane*size:][:size], s.Pixels[plane*old:][:old], side, s.Side, cover)
	}
	return out, nil
}

// share is a part of an old pixel in a new one.
type share struct {
	at     int
	weight float64
}

// coverage returns which old pixels each new one covers, along one side.
func coverage(from, to int) [][]share {
	scale := float64(from) / float64(to)
	all := make([][]share, to)
	for i := range all {
		a, b := float64(i)*scale, float64(i+1)*scale
		for at := int(a); at < from && float64(at) < b-1e-9; at++ {
			if part := min(b, float64(at+1)) - max(a, float64(at)); part > 1e-9 {
				all[i] = append(all[i], share{at, part / scale})
			}
		}
	}
	return all
}

func resizePlane(dst, src []uint8, to, from int, cover [][]share) {
	for y := range to {
		for x := range to {
			sum := 0.0
			for _, r := range cover[y] {
				for _, c := range cover[x] {
					sum += r.weight * c.weight * float64(src[r.at*from+c.at])
				}
			}
			dst[y*to+x] = uint8(math.Round(sum))
		}
	}
}
