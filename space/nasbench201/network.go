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
	width := func(stage int) int64 { return int64(n.Channels) << stage }
	p := 9*int64(n.Inputs)*width(0) + 2*width(0) // stem
	for stage := range 3 {
		w := width(stage)
		if stage > 0 {
			p += 9*(w/2)*w + 2*w + 9*w*w + 2*w + (w/2)*w // two 3x3 convolutions and the 1x1 shortcut
		}
		for _, op := range c {
			if op.convolves() {
				p += int64(n.Depth) * (taps(op)*w*w + 2*w)
			}
		}
	}
	return p + 2*width(2) + width(2)*int64(n.Classes) + int64(n.Classes)
}

// FLOPs counts what the benchmark counts: the multiply-adds of convolutions and of the classifier with its
// bias, for one image; batch norm, pooling and additions are free.
func (n Network) FLOPs(c Cell) int64 {
	width := func(stage int) int64 { return int64(n.Channels) << stage }
	pixels := func(stage int) int64 { return int64(n.Image>>stage) * int64(n.Image>>stage) }
	f := 9 * int64(n.Inputs) * width(0) * pixels(0)
	for stage := range 3 {
		w, px := width(stage), pixels(stage)
		if stage > 0 {
			f += (9*(w/2)*w + 9*w*w + (w/2)*w) * px
		}
		for _, op := range c {
			if op.convolves() {
				f += int64(n.Depth) * taps(op) * w * w * px
			}
		}
	}
	return f + width(2)*int64(n.Classes) + int64(n.Classes)
}

// taps is the number of kernel positions of a convolution.
func taps(op Op) int64 {
	if op == Conv3x3 {
		return 9
	}
	return 1
}
