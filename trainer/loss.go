package trainer

import "math"

// crossEntropy returns the mean cross-entropy of logits (images, classes) against labels smoothed by eps, and writes
// its gradient by the logits.
func crossEntropy(logits, grad []float32, labels []int, smoothing float64) float64 {
	n := len(labels)
	classes := len(logits) / n
	total := 0.0
	for i, label := range labels {
		row, g := logits[i*classes:(i+1)*classes], grad[i*classes:(i+1)*classes]
		norm := logSumExp(row)
		for k, z := range row {
			target := smoothing / float64(classes)
			if k == label {
				target += 1 - smoothing
			}
			logP := float64(z) - norm
			total -= target * logP
			g[k] = float32((math.Exp(logP) - target) / float64(n))
		}
	}
	return total / float64(n)
}

func logSumExp(row []float32) float64 {
	m := math.Inf(-1)
	for _, z := range row {
		m = math.Max(m, float64(z))
	}
	sum := 0.0
	for _, z := range row {
		sum += math.Exp(float64(z) - m)
	}
	return m + math.Log(sum)
}

// argmax returns the index of the first largest number.
func argmax(row []float32) int {
	best := 0
	for k, z := range row {
		if z > row[best] {
			best = k
		}
	}
	return best
}
