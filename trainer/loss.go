package trainer

import (
	"math"
	"slices"
)

// crossEntropy returns the mean cross-entropy of logits (images, classes) against labels smoothed by eps, and writes
// its gradient by the logits.
func crossEntropy(logits, grad []float32, labels []int, smoothing float64) float64 {
	n := len(labels)
	classes := len(logits) / n
	total := 0.0
	for i, label := range labels {
		row, g := logits[i*classes:(i+1)*classes], grad[i*classes:(i+1)*classes]
		most, sum := float64(slices.Max(row)), 0.0
		for k, z := range row {
			e := math.Exp(float64(z) - most)
			g[k] = float32(e)
			sum += e
		}
		norm := most + math.Log(sum)
		for k, z := range row {
			target := smoothing / float64(classes)
			if k == label {
				target += 1 - smoothing
			}
			total -= target * (float64(z) - norm)
			g[k] = float32((float64(g[k])/sum - target) / float64(n))
		}
	}
	return total / float64(n)
}
