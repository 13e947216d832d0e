package corruption

import "github.com/nassearch/nassearch/robustness"

// A position is in pixels, with so many bits of fraction.
const (
	positionBits = 12
	pixel        = 1 << positionBits
)

// quad holds four channels of a pixel, two in each word, packed as in fine.
type quad [2]uint64

// mat is an image that is read between its pixels, bilinearly.
type mat struct {
	height, width int
	beyond        border
	x, y          []int32 // positions of what is read, by pixel
}

func newMat(s robustness.Shape, beyond border) *mat {
	n := s.Height * s.Width
	return &mat{s.Height, s.Width, beyond, make([]int32, n), make([]int32, n)}
}

// read writes an image as it is read. Its numbers have so many bits, 8 and a fraction, and those that are written so
// many of the 32 bits that sums have.
func (m *mat) read(to, image []quad, bits, kept uint) {
	h, w, shift := m.height, m.width, (bits-8)/2&31
	half := int32(1) << shift >> 1
	dropped := (32 - kept) & 63
	round, mask := uint64(1<<dropped>>1)*both, uint64(1<<kept-1)*both
	whole := uint64(pixel >> shift) // squared, what the weights of four pixels add up to
	to, ys := to[:len(m.x)], m.y[:len(m.x)]
	for i, x := range m.x {
		x, y := x+half, ys[i]+half
		left, upper := int(x>>positionBits), int(y>>positionBits)
		right, lower := left+1, upper+1
		if left < 0 || right >= w {
			left, right = m.beyond(left, w), m.beyond(right, w)
		}
		if upper < 0 || lower >= h {
			upper, lower = m.beyond(upper, h), m.beyond(lower, h)
		}
		far, down := uint64(x&(pixel-1))>>shift, uint64(y&(pixel-1))>>shift
		lowerRight := far * down
		lowerLeft, upperRight := down*whole-lowerRight, far*whole-lowerRight
		upperLeft := whole*whole - lowerRight - lowerLeft - upperRight
		a, b, c, d := &image[upper*w+left], &image[upper*w+right], &image[lower*w+left], &image[lower*w+right]
		sum := &to[i]
		sum[0] = (a[0]*upperLeft + b[0]*upperRight + c[0]*lowerLeft + d[0]*lowerRight + round) >> dropped & mask
		sum[1] = (a[1]*upperLeft + b[1]*upperRight + c[1]*lowerLeft + d[1]*lowerRight + round) >> dropped & mask
	}
}

// both repeats a number in the two halves of a word.
const both = 1 + 1<<32

// quads packs and unpacks up to four planes of so many pixels, one after the other.
type quads struct{ spare []uint8 } // in the place of planes that are not there

// planes returns four planes: of what is there, and the spare one.
func (q quads) planes(x []uint8) (p [4][]uint8) {
	n := len(q.spare)
	for c := range p {
		p[c] = q.spare
		if c*n < len(x) {
			p[c] = x[c*n:][:n]
		}
	}
	return p
}

func (q quads) pack(to []quad, x []uint8) {
	clear(q.spare)
	p := q.planes(x)
	b, c, d := p[1][:len(to)], p[2][:len(to)], p[3][:len(to)]
	for i, a := range p[0][:len(to)] {
		to[i] = quad{uint64(a) | uint64(b[i])<<32, uint64(c[i]) | uint64(d[i])<<32}
	}
}

// unpack writes sums without their fractions.
func (q quads) unpack(to []uint8, sums []quad) {
	p := q.planes(to)
	a, b, c, d := p[0][:len(sums)], p[1][:len(sums)], p[2][:len(sums)], p[3][:len(sums)]
	for i, s := range sums {
		a[i], b[i] = uint8(s[0]>>24), uint8(s[0]>>56)
		c[i], d[i] = uint8(s[1]>>24), uint8(s[1]>>56)
	}
}
