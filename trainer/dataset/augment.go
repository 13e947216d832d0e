package dataset

import "math/rand/v2"

// Augmentation says how training images are varied.
type Augmentation struct {
	Crop int  `json:"crop"` // pixels of black that are put around an image before a random crop of its size
	Flip bool `json:"flip"` // mirror half of the images
}

// Write writes varied images as pixels in [0,1], drawing from r in the images' order.
func (a Augmentation) Write(dst []float32, s *Set, images []int, r *rand.Rand) {
	for k, i := range images {
		dy, dx, flip := 0, 0, false
		if a.Crop > 0 {
			dy, dx = r.IntN(2*a.Crop+1)-a.Crop, r.IntN(2*a.Crop+1)-a.Crop
		}
		if a.Flip {
			flip = r.IntN(2) == 1
		}
		s.write(dst[k*s.size():(k+1)*s.size()], i, dy, dx, flip)
	}
}

// write writes an image seen through a window that is moved by dy and dx, mirrored if flip.
func (s *Set) write(dst []float32, image, dy, dx int, flip bool) {
	src, side := s.Image(image), s.Side
	for row := range s.Channels * side {
		out := dst[row*side : (row+1)*side]
		y := row%side + dy
		if y < 0 || y >= side {
			clear(out)
			continue
		}
		in := src[(row/side*side+y)*side:][:side]
		for x := range out {
			from := x + dx
			if flip {
				from = side - 1 - x + dx
			}
			if from < 0 || from >= side {
				out[x] = 0
			} else {
				out[x] = float32(in[from]) / 255
			}
		}
	}
}
