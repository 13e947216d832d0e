package robustness

import "slices"

// Report is the outcome of an [Evaluation].
type Report struct {
	Images        int
	Clean         []bool // whether the model is right about an image
	CleanAccuracy float64
	Passes        Passes    // over the clean images
	Results       []*Result // for each threat, for each method
	Worst         []Worst   // for each threat
	Warnings      []Warning
}

// Result is how a model withstood a method.
type Result struct {
	Method   Method
	Threat   Threat
	Robust   []bool // right about the image, and not fooled; what is wrong when clean is not robust
	FellTo   []int  // index of the method's attack that fooled the model, -1 if none did
	Accuracy float64
	Passes   Passes
	Seconds  float64 // of the models' work and its own, summed over the models
}

// Worst counts an image as robust if it withstood all methods.
type Worst struct {
	Threat   Threat
	Robust   []bool
	Accuracy float64
}

// newResult returns a result without a robust image.
func newResult(m Method, t Threat, images int) *Result {
	r := &Result{Method: m, Threat: t, Robust: make([]bool, images), FellTo: make([]int, images)}
	for i := range r.FellTo {
		r.FellTo[i] = -1
	}
	return r
}

// conclude computes accuracies and the worst case of each threat.
func (r *Report) conclude(threats []Threat) {
	for _, t := range threats {
		worst := Worst{Threat: t, Robust: slices.Clone(r.Clean)}
		for _, result := range r.Results {
			result.Accuracy = accuracy(result.Robust)
			if result.Threat != t {
				continue
			}
			for i, ok := range result.Robust {
				worst.Robust[i] = worst.Robust[i] && ok
			}
		}
		worst.Accuracy = accuracy(worst.Robust)
		r.Worst = append(r.Worst, worst)
	}
}

// accuracy is the share of images that are right.
func accuracy(right []bool) float64 {
	n := 0
	for _, ok := range right {
		if ok {
			n++
		}
	}
	return float64(n) / float64(len(right))
}
