package smoothing

import "slices"

// Abstained is the class of an image on which the vote is too close to tell.
const Abstained = -1

// Certificate is what is known of an image: that within an L2 ball of the radius around it the vote goes to the class.
type Certificate struct {
	Class  int     // or Abstained
	Radius float64 // 0: nothing is known
}

// Report is the outcome of a [Certification].
type Report struct {
	Config
	Labels       []int
	Certificates []Certificate
	Passes       int // of one image through the model
}

// right says whether the vote on an image is known to go to its label within a radius.
func (r *Report) right(image int, radius float64) bool {
	c := r.Certificates[image]
	return c.Class == r.Labels[image] && c.Radius > 0 && c.Radius >= radius
}

// Accuracy is the share of images whose vote is certified to go to their label within an L2 radius. Abstentions count
// as wrong. At radius 0 it is the accuracy of the vote on the images as they are.
func (r *Report) Accuracy(radius float64) float64 {
	n := 0
	for i := range r.Labels {
		if r.right(i, radius) {
			n++
		}
	}
	return float64(n) / float64(len(r.Labels))
}

// Abstentions counts the images on which the vote was too close to tell.
func (r *Report) Abstentions() (n int) {
	for _, c := range r.Certificates {
		if c.Class == Abstained {
			n++
		}
	}
	return n
}

// Wrong counts the images whose vote goes to a class that is not their label.
func (r *Report) Wrong() (n int) {
	for i, c := range r.Certificates {
		if c.Class != Abstained && c.Class != r.Labels[i] {
			n++
		}
	}
	return n
}

// MeanRadius is the average certified radius (Zhai et al., MACER, ICLR 2020): over all images, 0 where the vote is not
// certified to go to the label.
func (r *Report) MeanRadius() float64 {
	sum := 0.
	for i, c := range r.Certificates {
		if r.right(i, 0) {
			sum += c.Radius
		}
	}
	return sum / float64(len(r.Labels))
}

// Radii are the radii of the images whose vote is certified to go to their label, in ascending order.
func (r *Report) Radii() (all []float64) {
	for i, c := range r.Certificates {
		if r.right(i, 0) {
			all = append(all, c.Radius)
		}
	}
	slices.Sort(all)
	return all
}
