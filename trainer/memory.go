package trainer

import (
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// TrainingMemory estimates the bytes that training holds: activations that the backward pass needs, their gradients,
// parameters; the same of the inner attack of adversarial training. It is for deciding beforehand if there is room.
func (s Spec) TrainingMemory(c Config) int64 {
	lanes := int64(kernel.Blocks(c.Batch) * kernel.Lanes)
	convolutions := s.convolutions()
	values := s.activations(2 + convolutions + min(convolutions, 3))
	if c.Adversarial.Enabled() {
		values += s.activations(2 + min(convolutions, 3))
	}
	return 4 * (lanes*values + 16*s.Params(s.Cell)) // parameters, gradients, velocity, what kernels rearrange and sum up
}

// activations counts the values that a graph keeps of an image, where a cell keeps perCell activations: its output and
// the gradient of it, in training the result of each convolution, and of each node that convolutions read the rectified
// values.
func (s Spec) activations(perCell int64) int64 {
	channels, side := int64(s.Channels), int64(s.Image)
	values := int64(s.size()) + (4+perCell)*channels*side*side // images; the stem's, and what operators share
	for stage := range 3 {
		if stage > 0 {
			channels, side = 2*channels, side/2
			values += 10 * channels * side * side // the reduction block's
		}
		values += int64(s.Depth) * perCell * channels * side * side
	}
	return values
}

// convolutions of a cell.
func (s Spec) convolutions() (n int64) {
	for _, op := range s.Cell {
		if op == nasbench201.Conv1x1 || op == nasbench201.Conv3x3 {
			n++
		}
	}
	return n
}
