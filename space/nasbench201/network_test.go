package nasbench201

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The benchmark's own figures, in millions, for CIFAR-10.
func TestSizeAgreesWithTheBenchmark(t *testing.T) {
	s := benchmark(t)
	rapid.Check(t, func(t *rapid.T) {
		c := cells.Draw(t, "cell")
		n := c.OpCounts()
		params := .073306 + .028*n[Conv1x1] + .24304*n[Conv3x3]
		flops := 7.78305 + 3.93216*n[Conv1x1] + 35.38944*n[Conv3x3]
		if got := float64(s.Params(c.Arch())) / 1e6; math.Abs(got-params) > 1e-9 {
			t.Fatalf("%s: %v million parameters, want %v", c.Arch(), got, params)
		}
		if got := float64(s.FLOPs(c.Arch())) / 1e6; math.Abs(got-flops) > 1e-9 {
			t.Fatalf("%s: %v million FLOPs, want %v", c.Arch(), got, flops)
		}
	})
}

// Counted by hand: C=4, N=1, 5 classes, 8x8 grey images, one 3x3 and one 1x1 convolution in the cell.
func TestSizeOfAnotherNetwork(t *testing.T) {
	n := Network{Channels: 4, Depth: 1, Classes: 5, Image: 8, Inputs: 1}
	c := Cell{Conv3x3, None, None, None, Conv1x1, None}
	stem := 9*4 + 8
	cellParams := (9*16 + 8 + 16 + 8) + (9*64 + 16 + 64 + 16) + (9*256 + 32 + 256 + 32)
	reductions := (9*4*8 + 16 + 9*64 + 16 + 4*8) + (9*8*16 + 32 + 9*256 + 32 + 8*16)
	if got, want := n.Params(c), int64(stem+cellParams+reductions+2*16+16*5+5); got != want {
		t.Errorf("%d parameters, want %d", got, want)
	}
	cellFLOPs := 10*16*64 + 10*64*16 + 10*256*4
	reductionFLOPs := (9*4*8+9*64+4*8)*16 + (9*8*16+9*256+8*16)*4
	if got, want := n.FLOPs(c), int64(9*4*64+cellFLOPs+reductionFLOPs+16*5+5); got != want {
		t.Errorf("%d FLOPs, want %d", got, want)
	}
}

func TestNewRefusesImpossibleNetworks(t *testing.T) {
	for _, n := range []Network{
		{},
		{Channels: 16, Depth: 5, Classes: 10, Image: 30, Inputs: 3},
		{Channels: 16, Depth: 0, Classes: 10, Image: 32, Inputs: 3},
	} {
		if _, err := New(n); err == nil {
			t.Errorf("%+v was accepted", n)
		}
	}
}
