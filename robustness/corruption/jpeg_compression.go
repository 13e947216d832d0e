package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// JPEGCompression stores an image as a JPEG file, which is read again. What a file does without loss is left out: only
// the change of colors, halved chroma, quantised cosine transforms, and what undoes them, as libjpeg does.
type JPEGCompression struct{}

// qualities are libjpeg's, by severity.
var qualities = [Severities]int{80, 65, 58, 50, 40}

// Name implements [Corruption].
func (JPEGCompression) Name() string { return "jpeg_compression" }

// At implements [Corruption]. An image that has not three channels is stored channel by channel, as grey ones.
func (JPEGCompression) At(s robustness.Shape, severity int) Transform {
	luma, chroma := newCoder(&lumaSteps, qualities[severity-1]), newCoder(&chromaSteps, qualities[severity-1])
	if s.Channels == 3 {
		j := newColorJPEG(s, luma, chroma)
		return func(to, x []uint8, _ *rand.Rand) { j.run(to, x) }
	}
	grey := newComponent(upTo(s.Height, 8), upTo(s.Width, 8))
	return func(to, x []uint8, _ *rand.Rand) {
		for n := s.Height * s.Width; len(x) > 0; x, to = x[n:], to[n:] {
			storeGrey(to[:n], x[:n], s.Width, grey, luma)
		}
	}
}

// storeGrey stores a plane by itself.
func storeGrey(to, x []uint8, width int, c *component, with *coder) {
	height := len(x) / width
	for i := range c.values {
		y, x0 := min(i/c.width, height-1), min(i%c.width, width-1)
		c.values[i] = float32(x[y*width+x0]) - 128
	}
	c.store(with)
	for i := range to {
		to[i] = uint8(level(c.values[i/width*c.width+i%width]))
	}
}

// colorJPEG stores images of three channels.
type colorJPEG struct {
	rows, columns          int
	lumaCoder, chromaCoder *coder
	luma, blue, red        *component // the two chromas are of half the size
	words                  []uint64   // luma and chromas, packed, in the size of luma
	chroma                 []uint64   // packed as in fine
	above, line            []uint64   // a row of it between rows, and then between columns
}

func newColorJPEG(s robustness.Shape, luma, chroma *coder) *colorJPEG {
	h, w := upTo(s.Height, 16), upTo(s.Width, 16)
	return &colorJPEG{
		rows: s.Height, columns: s.Width, lumaCoder: luma, chromaCoder: chroma,
		luma: newComponent(h, w), blue: newComponent(h/2, w/2), red: newComponent(h/2, w/2),
		words: make([]uint64, h*w), chroma: make([]uint64, h*w/4), above: make([]uint64, w/2), line: make([]uint64, w),
	}
}

// run writes the image as it is read from its file.
func (j *colorJPEG) run(to, x []uint8) {
	j.split(x)
	j.halve()
	j.luma.store(j.lumaCoder)
	j.blue.store(j.chromaCoder)
	j.red.store(j.chromaCoder)
	for i, v := range j.blue.values {
		j.chroma[i] = uint64(level(v)) | uint64(level(j.red.values[i]))<<fine.bits
	}
	n := j.rows * j.columns
	for y := range j.rows {
		j.double(y)
		to := to[y*j.columns:]
		merge(to[:j.columns], to[n:], to[2*n:], j.luma.line(y), j.line)
	}
}
