package mlp

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// Config says what a network is and how it learns.
type Config struct {
	Layers int // hidden ones, of ReLUs
	Width  int // of each
	Epochs int
	Batch  int
	Rate   float64 // of Adam
}

// What is usual of Adam: of the squares less stays than in its paper, as Keras's users often have it.
const (
	beta1 = 0.9
	beta2 = 0.99
)

// Network maps a vector to a number.
type Network struct {
	layers     []layer
	parameters []float64 // of all layers
	gradient   []float64
}

// layer is y = max(0, x W + b), the last without the maximum. Its slices are parts of the network's.
type layer struct {
	in, out         int
	weights, bias   []float64 // weights: in rows of out
	dWeights, dBias []float64
	value, dValue   []float64 // of a batch, in rows of out
	transposed      []float64 // weights in out rows of in
}

// Parameters is the number of weights and biases of a network of so many inputs.
func (c Config) Parameters(inputs int) int {
	total := 0
	for range c.Layers {
		total += (inputs + 1) * c.Width
		inputs = c.Width
	}
	return total + inputs + 1
}

// newNetwork draws the weights uniformly (Glorot and Bengio, AISTATS 2010); biases are 0.
func newNetwork(r *rand.Rand, inputs int, c Config) *Network {
	sizes := []int{inputs}
	for range c.Layers {
		sizes = append(sizes, c.Width)
	}
	sizes = append(sizes, 1)
	total := c.Parameters(inputs)
	n := &Network{parameters: make([]float64, total), gradient: make([]float64, total)}
	at := 0
	part := func(size int) (p, g []float64) {
		at += size
		return n.parameters[at-size : at : at], n.gradient[at-size : at : at]
	}
	for i, out := range sizes[1:] {
		l := layer{in: sizes[i], out: out}
		l.weights, l.dWeights = part(l.in * out)
		l.bias, l.dBias = part(out)
		l.value, l.dValue = make([]float64, c.Batch*out), make([]float64, c.Batch*out)
		l.transposed = make([]float64, l.in*out)
		limit := math.Sqrt(6 / float64(l.in+out))
		for j := range l.weights {
			l.weights[j] = limit * (2*r.Float64() - 1)
		}
		n.layers = append(n.layers, l)
	}
	return n
}

// Fit returns a network that has learnt to predict y, by the mean absolute error.
func Fit(r *rand.Rand, x [][]float64, y []float64, c Config) *Network {
	n := newNetwork(r, len(x[0]), c)
	adam := NewAdam(len(n.parameters), c.Rate, beta1, beta2)
	in, want := make([]float64, c.Batch*len(x[0])), make([]float64, c.Batch)
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	for range c.Epochs {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for first := 0; first < len(order); first += c.Batch {
			batch := order[first:min(first+c.Batch, len(order))]
			for row, i := range batch {
				copy(in[row*len(x[i]):], x[i])
				want[row] = y[i]
			}
			n.learn(in[:len(batch)*len(x[0])], want[:len(batch)])
			adam.Step(n.parameters, n.gradient)
		}
	}
	return n
}

// Predict returns the value of a vector.
func (n *Network) Predict(x []float64) float64 {
	return n.forward(x, 1)[0]
}

// forward returns the outputs of a batch of rows.
func (n *Network) forward(x []float64, rows int) []float64 {
	for i := range n.layers {
		l := &n.layers[i]
		value := l.value[:rows*l.out]
		for row := range rows {
			copy(value[row*l.out:], l.bias)
		}
		gemm(blas.NoTrans, rows, l.out, l.in, x, l.weights, value)
		if i < len(n.layers)-1 {
			for j, v := range value {
				value[j] = max(0, v)
			}
		}
		x = value
	}
	return x
}

// learn sets the gradient of the mean absolute error of a batch, and returns that.
func (n *Network) learn(x, want []float64) (loss float64) {
	rows := len(want)
	out := n.forward(x, rows)
	last := len(n.layers) - 1
	for i, v := range out {
		off := v - want[i]
		loss += math.Abs(off) / float64(rows)
		n.layers[last].dValue[i] = 0
		if off != 0 {
			n.layers[last].dValue[i] = math.Copysign(1/float64(rows), off)
		}
	}
	clear(n.gradient)
	for i := last; i > 0; i-- {
		below := &n.layers[i-1]
		n.layers[i].backward(below.value, rows)
		n.layers[i].pass(below, rows)
	}
	n.layers[0].backward(x, rows)
	return loss
}

// backward sets the gradients of the parameters of a layer by that of its output.
func (l *layer) backward(in []float64, rows int) {
	gemm(blas.Trans, l.in, l.out, rows, in, l.dValue, l.dWeights)
	for row := range rows {
		for j, d := range l.dValue[row*l.out : (row+1)*l.out] {
			l.dBias[j] += d
		}
	}
}

// pass sets the gradient of the output of the layer below.
func (l *layer) pass(below *layer, rows int) {
	for a := range l.in {
		for b := range l.out {
			l.transposed[b*l.in+a] = l.weights[a*l.out+b]
		}
	}
	d := below.dValue[:rows*l.in]
	clear(d)
	gemm(blas.NoTrans, rows, l.in, l.out, l.dValue, l.transposed, d)
	for i, v := range below.value[:rows*l.in] {
		if v == 0 {
			d[i] = 0
		}
	}
}

// gemm adds a product of matrices to c, of m rows and n columns; k is the inner dimension. The first may be transposed.
func gemm(t blas.Transpose, m, n, k int, a, b, c []float64) {
	general := func(rows, columns int, data []float64) blas64.General {
		return blas64.General{Rows: rows, Cols: columns, Stride: columns, Data: data}
	}
	first := general(m, k, a)
	if t == blas.Trans {
		first = general(k, m, a)
	}
	blas64.Gemm(t, blas.NoTrans, 1, first, general(k, n, b), 1, general(m, n, c))
}
