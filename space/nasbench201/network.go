package nasbench201

import "fmt"

// Network is what cells are stacked into: a 3x3 convolution to Channels with batch norm; three stages of Depth
// cells at 1, 2 and 4 times Channels; between stages a residual reduction block that halves the image; batch
// norm, ReLU, global average pool, linear classifier (Dong and Yang, ICLR 2020, figure 1).
type Network struct {
	Channels int `json:"channels"` // C, of the first stage
	Depth    int `json:"cells"`    // N, cells in a stage
	Classes  int `json:"classes"`  // outputs
	Image    int `json:"image"`    // side in pixels, a multiple of 4
	Inputs   int `json:"inputs"`   // channels of the image
}

// Benchmark returns the network of the benchmark: C = 16, N = 5, colour images.
func Benchmark(classes, image int) Network {
	return Network{Channels: 16, Depth: 5, Classes: classes, Image: image, Inputs: 3}
}

func (n Network) validate() error {
	switch {
	case n.Channels < 1 || n.Depth < 1 || n.Classes < 1 || n.Inputs < 1:
		return fmt.Errorf("network %+v: channels, depth, classes and inputs must be at least 1", n)
	case n.Image < 4 || n.Image%4 != 0:
		const problem = "network %+v: image side %d: want a multiple of 4 (the reduction block cannot add odd sizes)"
		return fmt.Errorf(problem, n, n.Image)
	}
	return nil
}

// Params counts trainable parameters, dead edges included. Convolutions have no bias; batch norm has two
// parameters a channel.
func (n Network) Params(c Cell) int64 {
	return n.sum(c, func(weights, normed, _ int64) int64 { return weights + 2*normed })
}

// FLOPs counts what the benchmark counts: the multiply-adds of convolutions and of the classifier with its
// bias, for one image; batch norm, pooling and additions are free.
func (n Network) FLOPs(c Cell) int64 {
	return n.sum(c, func(weights, _, pixels int64) int64 { return weights * pixels })
}

// sum adds up a function of all convolutions and the classifier: of the number of weights, of the channels that batch
// norm is on, and of the pixels that the weights are used for.
func (n Network) sum(c Cell, f func(weights, normed, pixels int64) int64) int64 {
	width, pixels, classes := int64(n.Channels), int64(n.Image)*int64(n.Image), int64(n.Classes)
	total := f(9*int64(n.Inputs)*width, width, pixels) // stem
	for stage := range 3 {
		if stage > 0 { // two 3x3 convolutions and the 1x1 shortcut
			half := width
			width, pixels = 2*width, pixels/4
			total += f(9*half*width, width, pixels) + f(9*width*width, width, pixels) + f(half*width, 0, pixels)
		}
		for _, op := range c {
			if op.convolves() {
				total += int64(n.Depth) * f(taps(op)*width*width, width, pixels)
			}
		}
	}
	return total + f(width*classes+classes, width, 1)
}

// taps is the number of kernel positions of a convolution.
func taps(op Op) int64 {
	if op == Conv3x3 {
		return 9
	}
	return 1
}
