package robustness

// Report is the outcome of an [Evaluation].
type Report struct {
	Images        int
	Clean         []bool // whether the model is right about an image
	CleanAccuracy float64
	Passes        Passes   // over the clean images
	Results       []Result // for each threat, for each method
	Worst         []Worst  // for each threat
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
	Seconds  float64 // of wall time
}

// Worst counts an image as robust if it withstood all methods.
type Worst struct {
	Threat   Threat
	Robust   []bool
	Accuracy float64
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
