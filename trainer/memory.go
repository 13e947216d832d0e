package trainer

import (
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// TrainingMemory estimates the bytes that training in batches of so many images holds: activations that the backward
// pass needs, their gradients, parameters. It is for deciding beforehand whether there is room.
func (s Spec) TrainingMemory(images int) int64 {
	lanes := int64(kernel.Blocks(images) * kernel.Lanes)
	channels, side := int64(s.Channels), int64(s.Image)
	perCell := s.cellBuffers()
	values := int64(s.size()) + (4+perCell)*channels*side*side // images; the stem's, and what operators share
	for stage := range 3 {
		if stage > 0 {
			channels, side = 2*channels, side/2
			values += 10 * channels * side * side // the reduction block's
		}
		values += int64(s.Depth) * perCell * channels * side * side
	}
	return 4 * (lanes*values + 16*s.Params(s.Cell)) // parameters, gradients, velocity, what kernels rearrange and sum up
}

// cellBuffers is the number of activations that a cell keeps: its output and the gradient of it, a convolution's
// result, and of each node that convolutions read the rectified values.
func (s Spec) cellBuffers() int64 {
	n, convolutions := int64(2), int64(0)
	for _, op := range s.Cell {
		if op == nasbench201.Conv1x1 || op == nasbench201.Conv3x3 {
			convolutions++
		}
	}
	return n + convolutions + min(convolutions, 3)
}
