// Package robustness measures how accurate an image classifier stays under attack.
//
// An [Attack] looks for an adversarial example of one image: it reads like its paper and knows nothing of batches. An
// [Evaluation] runs attacks on a set. It asks the model about many images at once, projects what an attack returns into
// the ball of its [Threat] and into [0,1], and counts an image as fallen only if the model is wrong there.
//
// The model is whoever implements [Model], and [GradModel] for attacks that use gradients.
package robustness

// Shape is the shape of an image.
type Shape struct{ Channels, Height, Width int }

// Size returns the number of values of an image.
func (s Shape) Size() int { return s.Channels * s.Height * s.Width }

// Batch is a batch of images of one shape. Pixels has the order (images, channels, height, width), values in [0,1].
type Batch struct {
	Shape
	Pixels []float32
}

// Len returns the number of images.
func (b Batch) Len() int { return len(b.Pixels) / b.Size() }

// Image returns the pixels (channels, height, width) of an image, not a copy.
func (b Batch) Image(i int) []float32 {
	n := b.Size()
	return b.Pixels[i*n : (i+1)*n : (i+1)*n]
}

// Clone returns a copy.
func (b Batch) Clone() Batch {
	b.Pixels = append([]float32(nil), b.Pixels...)
	return b
}
