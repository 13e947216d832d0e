// Package trainer trains and evaluates the networks of NAS-Bench-201 on a processor, with Gorgonia as graph and
// automatic differentiation and operators of our own (package ops).
package trainer

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/ops"
)

// Spec describes a network: a cell, what it is stacked into, and the normalisation that is its first layer.
type Spec struct {
	Cell nasbench201.Cell `json:"arch"`
	nasbench201.Network

	// Mean and Std, one number a channel, are subtracted from and divided into pixels in [0,1]. Both empty: none.
	Mean []float32 `json:"mean,omitempty"`
	Std  []float32 `json:"std,omitempty"`
}

// SpecError says which part of a network's description is wrong.
type SpecError struct {
	Field string
	Value any
	Want  string
}

func (e *SpecError) Error() string { return fmt.Sprintf("%s %v: want %s", e.Field, e.Value, e.Want) }

// mostOfAny bounds each dimension of a network, so that its size can be computed.
const mostOfAny = 1 << 15

// Validate returns a [*SpecError] if there is no such network, or one too large to index.
func (s Spec) Validate() error {
	for _, c := range []struct {
		field string
		value int
	}{{"channels", s.Channels}, {"cells in a stage", s.Depth}, {"classes", s.Classes}, {"image channels", s.Inputs}} {
		if c.value < 1 || c.value > mostOfAny {
			return &SpecError{c.field, c.value, fmt.Sprintf("1 to %d", mostOfAny)}
		}
	}
	if s.Image < 4 || s.Image > mostOfAny || s.Image%4 != 0 {
		return &SpecError{"image side", s.Image, fmt.Sprintf("a multiple of 4, at most %d: "+
			"the reduction block halves it twice, and cannot add what it gets of odd sides", mostOfAny)}
	}
	if n := len(s.Mean); n != len(s.Std) || n != 0 && n != s.Inputs {
		has := fmt.Sprintf("%d means, %d standard deviations", n, len(s.Std))
		return &SpecError{"normalisation", has, fmt.Sprintf("%d of each or none", s.Inputs)}
	}
	if n := s.Params(s.Cell); n > math.MaxInt32 {
		return &SpecError{"number of parameters", n, "fewer than 2^31: take fewer channels or cells"}
	}
	if n := int64(max(s.Channels, s.Inputs)) * int64(s.Image) * int64(s.Image); n > math.MaxInt32 {
		want := "fewer than 2^31: take smaller images or fewer channels"
		return &SpecError{"number of values of an image with all channels", n, want}
	}
	if i := slices.IndexFunc(s.Std, func(std float32) bool { return !(std > 0) }); i >= 0 {
		return &SpecError{"standard deviation", s.Std[i], "more than 0"}
	}
	if !finite(s.Mean) || !finite(s.Std) {
		return &SpecError{"normalisation", fmt.Sprint(s.Mean, s.Std), "finite numbers"}
	}
	return nil
}

// size is the number of values of an image.
func (s Spec) size() int { return s.Inputs * s.Image * s.Image }

// affine returns scale and shift that normalise, nil if there is nothing to do.
func (s Spec) affine() (scale, shift []float32) {
	for c, std := range s.Std {
		scale = append(scale, 1/std)
		shift = append(shift, -s.Mean[c]/std)
	}
	return scale, shift
}

// operators builds the network's operators in their order.
func (s Spec) operators(ctx *ops.Context) ([]*ops.Operator, error) {
	var list []*ops.Operator
	var failed error
	add := func(o *ops.Operator, err error) {
		list = append(list, o)
		failed = cmp.Or(failed, err)
	}
	add(ops.NewStem(ctx, "stem", s.Inputs, s.Image, s.Channels))
	channels, side := s.Channels, s.Image
	name := func() string { return fmt.Sprintf("cells.%d", len(list)-1) }
	for stage := range 3 {
		if stage > 0 {
			add(ops.NewReduction(ctx, name(), channels, side))
			channels, side = 2*channels, side/2
		}
		for range s.Depth {
			add(ops.NewCell(ctx, name(), s.Cell, channels, side))
		}
	}
	add(ops.NewHead(ctx, "lastact.0", "classifier", channels, side, s.Classes))
	return list, failed
}
