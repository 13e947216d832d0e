// Package kernel holds the arithmetic of small convolutional networks in float32 and in float64: convolutions, batch
// norm, pooling and gradient descent, each in assembly for AVX-512 and AVX2 with FMA and in plain Go.
//
// # Layout
//
// Images are handled in blocks of [Lanes], half as many in float64, and the image is the innermost index: an activation
// has shape
//
//	[block][row][column][channel][lane]
//
// A channel of a pixel thus has 128 bytes whatever the numbers are, and kernels differ in the names of instructions.
// Every loop runs over the 32 or 16 images whatever the number of channels and the size of the image, and the
// channels of neighbouring pixels are one run of memory: a row of a 3x3 kernel reads 3 C Lanes consecutive
// numbers. (With the channel outside, [channel][row][column][lane], the channels of a pixel would be an image, most
// often a power of two, apart: for a cache no good distance. The two were not measured against each other.)
//
// The last block may have lanes without an image. What is in them does not matter, except that sums over images
// must leave them out: batch norm takes a mask, one number a lane, 1 for an image and 0 for none; gradients
// of such lanes are zero.
//
// Slices come from [Alloc]: kernels may read, and ignore, a few numbers past their end.
package kernel

//go:generate go run ./gen -out kernel_amd64.s -stubs asm_amd64.go -pkg kernel

import (
	"cmp"
	"fmt"
	"strings"
	"unsafe"

	"github.com/nassearch/nassearch/internal/nearest"
)

// Real is a type of numbers that there is arithmetic of.
type Real interface{ float32 | float64 }

// blockBytes is the size of one channel of one pixel: the images of a block.
const blockBytes = 128

// Lanes is the number of images in a block of float32.
const Lanes = blockBytes / 4

// LanesOf returns the number of images in a block: [Lanes], or half as many of float64.
func LanesOf[T Real]() int {
	var v T
	return blockBytes / int(unsafe.Sizeof(v))
}

// Alloc returns n zeros that start at a cache line, with the slack that kernels need behind them.
func Alloc[T Real](n int) []T {
	const cacheLine = 64
	lanes := LanesOf[T]()
	size := blockBytes / lanes
	slack := 3 * lanes // how far beyond a slice's end a kernel may read: three channels of a pixel
	b := make([]T, n+slack+cacheLine/size)
	skip := int(-uintptr(unsafe.Pointer(&b[0]))%cacheLine) / size
	return b[skip : skip+n : skip+n+slack]
}

// Blocks returns the number of blocks that hold n images in float32.
func Blocks(n int) int { return (n + Lanes - 1) / Lanes }

// Kernel is the arithmetic of training, Double that of measures which float32 is too coarse for.
type (
	Kernel = Arithmetic[float32]
	Double = Arithmetic[float64]
)

// Arithmetic is one implementation of the arithmetic. Its functions are safe for concurrent use on disjoint outputs;
// none keeps state or allocates. Slices of activations begin at a pixel; x[c] stands for the images of channel c, and
// lanes for how many these are.
type Arithmetic[T Real] struct {
	// Name is "avx512", "avx2" or "generic", or, of one with [Winograd], "winograd512", "winograd256" or "winograd".
	Name string

	// direct is the name of the kernel of the same instructions that computes all by its definition.
	direct string

	// none is the bias of as many output channels as are computed at once.
	none [8]T

	// tile is how many output channels conv computes at once, 4 or 8.
	tile int

	// conv8 and conv4 convolve runs of pixels, see code, for up to 8 or 4 output channels. Pixel p of a run, output
	// channel o, is at out[(outAt+run.out+p*outStep+o)*lanes]; it receives bias[o] and the sum over segments (offset,
	// first, n) of w[(first+i)*row+o] in[(inAt+run.in+p*inStep+offset+i)*lanes], i < n. A gate of out's shape passes it
	// only where the gate is positive. If add, it is added to what is there. What is written to out is written to
	// rect, too, if it is positive, else 0. Either may be empty.
	conv8, conv4 func(
		out, rect []T, outAt int, gate, in []T, inAt int,
		w []T, row int, bias []T, runs []int, outs int, add bool)

	// wgrad1 and wgrad3 add to dw[dwAt+tap*tapStep+i*rowStep+o] the sum over pixels and images of dz[o] x[i], for
	// four output channels. wgrad1 takes four input channels and the pixel itself, wgrad3 two input channels and
	// three taps: the left neighbour, which is xPixel before, the pixel and the right neighbour. Pixels form rows
	// with the given distances between neighbours and between rows; edges says which have all taps:
	//
	//	0: one pixel without a left neighbour, then cols whole ones
	//	1: the same, then one without a right neighbour
	//	2: one pixel, without neighbours
	//
	// wgrad1 takes cols pixels.
	wgrad1, wgrad3 func(
		dw []T, dwAt int, dz []T, dzAt int, x []T, xAt int,
		rows, cols, edges, dzRow, dzStep, xRow, xStep, xPixel, tapStep, rowStep int)

	// transpose4 writes dst[c*dstStep+r] = src[r*srcStep+c] for r < rows, c < cols; scale4 writes
	// dst[r*step+c] = src[r*step+c] factors[c]. rows, where it is transposed, and cols are multiples of four.
	transpose4 func(dst []T, dstStep int, src []T, srcStep, rows, cols int)
	scale4     func(dst, src, factors []T, step, rows, cols int)

	// gather writes out[j] = sum over t of w[t] in[offs[t]+j] for j < n, a multiple of lanes; added to out if add.
	gather func(out []T, outAt int, in []T, inAt int, offs []int, w []T, n int, add bool)

	// stats writes mean[c], the mean of x[c] over pixels and the images that a mask of lanes (0 or 1) selects, and m2[c],
	// the sum of squared deviations from it. inv is one over the number of values.
	stats func(x, lanes []T, channels, pixels int, inv T, mean, m2 []T)

	// NormSums writes, for every channel, the sums over some pixels of a block of dy and of dy (z - mean).
	NormSums func(dy, z, mean []T, channels, pixels int, s0, s1 []T)

	// NormBack writes dz = a dy + b z + c with coefficients for every channel, and 0 in lanes without an image.
	NormBack func(dz, dy, z, a, b, c, lanes []T, channels, pixels int)

	// Affine writes y = a x + b with coefficients for every channel, added to y if add, and max(y, 0) to rect. rect
	// may be nil; without add y may be nil.
	Affine func(y, rect, x, a, b []T, channels, pixels int, add bool)

	// ReLU writes dst = max(src, 0), Gate, its gradient, dst = src where gate is positive, else 0. Lengths are
	// multiples of lanes.
	ReLU func(dst, src []T)
	Gate func(dst, src, gate []T)

	// SGD takes a step of stochastic gradient descent with momentum and weight decay (Sutskever et al., ICML 2013,
	// as PyTorch writes it): g' = g + decay w; v = momentum v + g'; w -= rate (g' + momentum v) with Nesterov's
	// look-ahead, w -= rate v without. Lengths are multiples of lanes.
	SGD func(w, g, v []T, rate, momentum, decay T, nesterov bool)

	// winograd is the arithmetic of convolutions by minimal filtering; nil if all are computed by their definition.
	winograd *winograd[T]

	// peak performs n times 12 fused multiply-adds of vectors of width numbers.
	peak  func(n int)
	width int
}

// UnknownError reports a kernel that does not exist or that this processor cannot run.
type UnknownError struct {
	Name string
	Have []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("no kernel %q on this processor: it has %s%s",
		e.Name, strings.Join(e.Have, ", "), nearest.Hint(e.Name, e.Have))
}

// Choose returns the named kernel, or the fastest that the processor has if the name is empty. Its error is an
// [*UnknownError].
func Choose(name string) (*Kernel, error) {
	have := Available()
	var names []string
	for _, k := range have {
		if name == "" || k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return nil, &UnknownError{name, names}
}

// Available returns the kernels that the processor can run, fastest first.
func Available() []*Kernel {
	plain := generic[float32]()
	return append(singles(), plain.tiled("winograd", winogradGeneric[float32]()), plain)
}

// tiled returns the kernel with minimal filtering, under a name of its own.
func (k *Arithmetic[T]) tiled(name string, w *winograd[T]) *Arithmetic[T] {
	t := *k
	t.Name, t.direct, t.winograd = name, k.Name, w
	return &t
}

// Double returns the kernel of the same instructions in float64, which computes all by its definition.
func (k *Arithmetic[T]) Double() *Double {
	for _, d := range doubles() {
		if d.Name == cmp.Or(k.direct, k.Name) {
			return d
		}
	}
	return generic[float64]()
}

// Peak performs fused multiply-adds and nothing else, n rounds of them, and returns how many floating-point
// operations that were.
func (k *Arithmetic[T]) Peak(n int) float64 {
	k.peak(n)
	return float64(n) * 12 * 2 * float64(k.width)
}
