// Package corruption spoils images as cameras, weather and files do: the 15 corruptions of CIFAR-10-C, at 5 severities
// (Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common Corruptions and Perturbations", ICLR
// 2019), with its parameters and the behaviour of its code.
//
// A [Corruption] reads like its definition: it knows one image, and nothing of batches. [Apply] runs it on a set, and
// gives every image a random stream of its own.
package corruption

import (
	"math/rand/v2"

	"github.com/nassearch/nassearch/robustness"
)

// Severities is the number of severities, which count from 1.
const Severities = 5

// Corruption is a way to spoil images.
type Corruption interface {
	// Name names it in metrics, files and on command lines: "fog".
	Name() string
	// At returns what it does to images of a shape at a severity, 1 to 5. What does not depend on the image is computed
	// here, once.
	At(s robustness.Shape, severity int) Transform
}

// Transform writes over to what becomes of image x, both of order (channels, height, width). What is random in it, it
// draws from r. Between calls it keeps nothing but room to work in: it is for one goroutine at a time.
type Transform func(to, x []uint8, r *rand.Rand)

// Images are images of one shape as files have them, in bytes: Pixels has the order (images, channels, height, width).
type Images struct {
	robustness.Shape
	Pixels []uint8
}

// Len returns the number of images.
func (x Images) Len() int { return len(x.Pixels) / x.Size() }

// Image returns the pixels (channels, height, width) of an image, not a copy.
func (x Images) Image(i int) []uint8 {
	n := x.Size()
	return x.Pixels[i*n : (i+1)*n : (i+1)*n]
}

// Batch returns the images as networks see them, with values in [0,1].
func (x Images) Batch() robustness.Batch {
	b := robustness.Batch{Shape: x.Shape, Pixels: make([]float32, len(x.Pixels))}
	for i, v := range x.Pixels {
		b.Pixels[i] = float32(v) / 255
	}
	return b
}
