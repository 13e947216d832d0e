package corruption

// A position is in pixels, with so many bits of fraction.
const (
	positionBits = 14
	pixel        = 1 << positionBits
)

// subpixel are the bits of fraction of what is sampled: numbers of fine have as many more as a position has.
const subpixel = 10

// sampler reads a packed image between its pixels, bilinearly.
type sampler struct {
	height, width int
	beyond        border
	x, y          []int32 // positions of what is read, by pixel
}

func newSampler(height, width int, beyond border) *sampler {
	return &sampler{height, width, beyond, make([]int32, height*width), make([]int32, height*width)}
}

// run reads an image packed as in fine, with subpixel bits of fraction, and writes one with all bits of fraction.
func (s *sampler) run(to, image []uint64) {
	const mask = (1<<(8+subpixel) - 1) * (1 + 1<<32)
	h, w := s.height, s.width
	to, ys := to[:len(s.x)], s.y[:len(s.x)]
	for i, x := range s.x {
		y := ys[i]
		left, upper := int(x>>positionBits), int(y>>positionBits)
		right, lower := left+1, upper+1
		if left < 0 || right >= w {
			left, right = s.beyond(left, w), s.beyond(right, w)
		}
		if upper < 0 || lower >= h {
			upper, lower = s.beyond(upper, h), s.beyond(lower, h)
		}
		far, down := uint64(x&(pixel-1)), uint64(y&(pixel-1))
		above := (image[upper*w+left]*(pixel-far) + image[upper*w+right]*far) >> positionBits & mask
		below := (image[lower*w+left]*(pixel-far) + image[lower*w+right]*far) >> positionBits & mask
		to[i] = above*(pixel-down) + below*down
	}
}

// settle takes so many bits off the fractions of an image that has been read that it can be read again.
func settle(to, from []uint64) {
	const mask = (1<<(8+subpixel) - 1) * (1 + 1<<32)
	to = to[:len(from)]
	for i, v := range from {
		to[i] = v >> positionBits & mask
	}
}
