package robustness

import (
	"fmt"
	"math"
)

// Kind is what an attack uses of the model.
type Kind int

// The kinds of attack.
const (
	Other      Kind = iota // not judged by [Warning]
	SingleStep             // one gradient
	Gradient               // many gradients
	BlackBox               // logits only
)

// Warning says that the model's robustness may be less than measured: its gradients lead attacks astray. The signs are
// those of Athalye, Carlini and Wagner (ICML 2018, section 3.1): many steps are no stronger than one; an attack without
// gradients finds what those with gradients miss; an eps that allows any image leaves some right.
type Warning struct {
	Threat Threat
	Text   string
}

// String returns the text, with the threat in front.
func (w Warning) String() string { return fmt.Sprintf("%v: %s", w.Threat, w.Text) }

const (
	// slack is the share of the images that chance may move between attacks.
	slack = .01
	// hugeEps is an eps, for a pixel, at which every image can be made plain grey: half the range.
	hugeEps = .5
)

// warnings looks for signs of masked gradients, threat by threat.
func warnings(r *Report, s Shape) (list []Warning) {
	chance := int(slack * float64(r.Images))
	for _, w := range r.Worst {
		one, many, blind := r.fell(w.Threat, SingleStep), r.fell(w.Threat, Gradient), r.fell(w.Threat, BlackBox)
		if many == nil {
			continue
		}
		warn := func(text string, images ...any) { list = append(list, Warning{w.Threat, fmt.Sprintf(text, images...)}) }
		// One step is enough, with images left that could tell it from many.
		if less := missed(one, many); less > chance && less >= missed(many, one) {
			warn("attacks of many steps are no stronger than fgsm, which fooled the model on %d images "+
				"where they did not (they on %d where it did not): the gradients may be masked", less, missed(many, one))
		}
		if n := missed(blind, many); n > chance {
			warn("an attack without gradients fooled the model on %d images where those with gradients did not: "+
				"the gradients may be masked", n)
		}
		huge := hugeEps
		if w.Threat.Norm == L2 {
			huge *= math.Sqrt(float64(s.Size()))
		}
		if n := missed(r.Clean, many); w.Threat.Eps >= huge && n > 0 {
			warn("%d images withstand attacks of many steps though eps allows any image: "+
				"the gradients may be masked, or the steps too few", n)
		}
	}
	return list
}

// fell returns the images that attacks of a kind felled at a threat; nil if there was no such attack.
func (r *Report) fell(t Threat, kind Kind) (images []bool) {
	for _, result := range r.Results {
		if result.Threat != t {
			continue
		}
		for k, a := range result.Method.Attacks {
			if traitsOf(a).Kind != kind {
				continue
			}
			if images == nil {
				images = make([]bool, r.Images)
			}
			for i, to := range result.FellTo {
				images[i] = images[i] || to == k
			}
		}
	}
	return images
}

// missed counts the images in a that are not in b.
func missed(a, b []bool) int {
	n := 0
	for i, in := range a {
		if in && !b[i] {
			n++
		}
	}
	return n
}
