package corruption

// block is 8 x 8 numbers, by rows.
type block [64]float32

// coder quantises the discrete cosine transform of blocks, in place of a JPEG file. It scales the transform's values
// together with the steps of quantisation (Arai, Agui, Nakajima 1988).
type coder struct {
	divide, multiply [64]float32
}

// aan are the factors that the fast transform leaves to the quantisation.
var aan = [8]float64{
	1, 1.387039845322148, 1.306562964876377, 1.175875602419359, 1, .785694958387102, .541196100146197, .275899379282943,
}

// newCoder returns the coder of a quality from 1 to 100, as libjpeg scales the standard's steps.
func newCoder(steps *[64]int, quality int) *coder {
	percent := 200 - 2*quality
	if quality < 50 {
		percent = 5000 / quality
	}
	c := new(coder)
	for i, step := range steps {
		step := float64(min(max((step*percent+50)/100, 1), 255))
		factor := aan[i/8] * aan[i%8]
		c.divide[i], c.multiply[i] = float32(1/(step*factor*8)), float32(step*factor/8)
	}
	return c
}

// whole rounds a number of up to 2^22 when it is added and taken away again.
const whole = 3 << 22

// run codes a block and decodes it.
func (c *coder) run(b *block) {
	for i := 0; i < 64; i += 8 {
		forward(b, i, 1)
	}
	for i := range 8 {
		forward(b, i, 8)
	}
	for i, v := range b {
		b[i] = (v*c.divide[i] + whole - whole) * c.multiply[i]
	}
	for i := range 8 {
		inverse(b, i, 8)
	}
	for i := 0; i < 64; i += 8 {
		inverse(b, i, 1)
	}
}

// forward transforms a row or a column.
func forward(b *block, at, step int) {
	v := b[at&63:]
	s0, d0 := v[0]+v[7*step], v[0]-v[7*step]
	s1, d1 := v[step]+v[6*step], v[step]-v[6*step]
	s2, d2 := v[2*step]+v[5*step], v[2*step]-v[5*step]
	s3, d3 := v[3*step]+v[4*step], v[3*step]-v[4*step]

	a0, a1, a2, a3 := s0+s3, s1+s2, s1-s2, s0-s3
	v[0], v[4*step] = a0+a1, a0-a1
	m := (a2 + a3) * .707106781
	v[2*step], v[6*step] = a3+m, a3-m

	e0, e1, e2 := d3+d2, d2+d1, d1+d0
	z5 := (e0 - e2) * .382683433
	z2, z4, z3 := .541196100*e0+z5, 1.306562965*e2+z5, e1*.707106781
	p, q := d0+z3, d0-z3
	v[5*step], v[3*step] = q+z2, q-z2
	v[step], v[7*step] = p+z4, p-z4
}

// inverse transforms a row or a column back.
func inverse(b *block, at, step int) {
	v := b[at&63:]
	a0, a1 := v[0]+v[4*step], v[0]-v[4*step]
	a3 := v[2*step] + v[6*step]
	a2 := (v[2*step]-v[6*step])*1.414213562 - a3
	e0, e3, e1, e2 := a0+a3, a0-a3, a1+a2, a1-a2

	p13, m13 := v[5*step]+v[3*step], v[5*step]-v[3*step]
	p11, m11 := v[step]+v[7*step], v[step]-v[7*step]
	o7 := p11 + p13
	z5 := (m13 + m11) * 1.847759065
	o6 := z5 - m13*2.613125930 - o7
	o5 := (p11-p13)*1.414213562 - o6
	o4 := z5 - m11*1.082392200 - o5

	v[0], v[7*step] = e0+o7, e0-o7
	v[step], v[6*step] = e1+o6, e1-o6
	v[2*step], v[5*step] = e2+o5, e2-o5
	v[3*step], v[4*step] = e3+o4, e3-o4
}
