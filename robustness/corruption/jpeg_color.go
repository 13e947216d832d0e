package corruption

// What a channel adds to luma and the two chromas (JFIF, ITU-T T.871), packed as in coarse, of unit. Chromas have 128
// added to be positive; all are rounded.
const (
	fromRed   = 2449 - 1382<<21 + 4096<<42
	fromGreen = 4809 - 2714<<21 - 3430<<42
	fromBlue  = 934 + 4096<<21 - 666<<42
	fromNone  = 4096 + (128<<13+4095)<<21 + (128<<13+4095)<<42
)

// split sets words to luma and chromas. The last row and column are repeated up to whole blocks.
func (j *colorJPEG) split(x []uint8) {
	n, w, mask := j.rows*j.columns, j.luma.width, coarse.mask()
	for y := range j.rows {
		line := j.words[y*w:][:w]
		red := x[y*j.columns:][:j.columns]
		green, blue := x[n+y*j.columns:][:j.columns], x[2*n+y*j.columns:][:j.columns]
		for i, r := range red {
			sum := int64(r)*fromRed + int64(green[i])*fromGreen + int64(blue[i])*fromBlue + fromNone
			line[i] = uint64(sum) >> 13 & mask
		}
		for i := j.columns; i < w; i++ {
			line[i] = line[j.columns-1]
		}
	}
	for y := j.rows; y < len(j.words)/w; y++ {
		copy(j.words[y*w:][:w], j.words[(j.rows-1)*w:])
	}
}

// halve sets the components, the chromas to the means of 2 x 2 pixels, rounded up and down in turn.
func (j *colorJPEG) halve() {
	for i, v := range j.words {
		j.luma.values[i] = float32(v&255) - 128
	}
	w := j.luma.width
	for y := 0; y < len(j.words)/w; y += 2 {
		upper, lower := j.words[y*w:][:w], j.words[(y+1)*w:][:w]
		blue, red := j.blue.line(y/2), j.red.line(y/2)
		for i := range blue {
			sum := upper[2*i] + upper[2*i+1] + lower[2*i] + lower[2*i+1]
			bias := uint64(1 + i&1)
			blue[i] = float32((sum>>21&1023+bias)>>2) - 128
			red[i] = float32((sum>>42+bias)>>2) - 128
		}
	}
}

// double sets line to 16 times the chroma of a row of pixels: three quarters of each mean are of the nearer of two
// rows, or columns.
func (j *colorJPEG) double(y int) {
	w, h := (j.columns+1)/2, (j.rows+1)/2
	far := min(max(y/2-1+y&1*2, 0), h-1)
	nearer, farther := j.chroma[y/2*j.blue.width:][:w], j.chroma[far*j.blue.width:][:w]
	above := j.above[:w]
	for i := range above {
		above[i] = 3*nearer[i] + farther[i]
	}
	const roundLeft, roundRight = 8 | 8<<32, 7 | 7<<32
	last, line := above[0], j.line[:2*w]
	for i, v := range above {
		next := above[min(i+1, w-1)]
		line[2*i], line[2*i+1] = 3*v+last+roundLeft, 3*v+next+roundRight
		last = v
	}
}

// merge turns luma and 16 times the chromas of a row into colors.
func merge(red, green, blue []uint8, luma []float32, chroma []uint64) {
	n := len(red)
	green, blue, luma, chroma = green[:n], blue[:n], luma[:n], chroma[:n]
	for i, v := range luma {
		y := level(v)<<16 + 1<<15
		b, r := int(uint8(chroma[i]>>4))-128, int(uint8(chroma[i]>>36))-128
		red[i] = bounded((y + 91881*r) >> 16)
		green[i] = bounded((y - 22554*b - 46802*r) >> 16)
		blue[i] = bounded((y + 116130*b) >> 16)
	}
}

func bounded(v int) uint8 { return uint8(min(max(v, 0), 255)) }
