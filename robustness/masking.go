package robustness

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
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
// gradients finds what those with gradients miss; an eps that allows any image leaves some right; a larger eps fells
// fewer images; gradients are zero. All allow for chance, see [significant].
type Warning struct {
	Threat Threat
	Text   string
}

// String returns the text, with the threat in front.
func (w Warning) String() string { return fmt.Sprintf("%v: %s", w.Threat, w.Text) }

const (
	// slack is the share of the images that chance may move between attacks.
	slack = .02
	// level is how likely chance may be to give a warning.
	level = .001
	// hugeEps is an eps, for a pixel, at which every image can be made plain grey: half the range.
	hugeEps = .5
)

// significant says whether n of the images are more than chance moves: by the exact binomial test of a share of no more
// than slack, at the level. It takes 3 of 10 images, 6 of 50, 8 of 100, 36 of 1,000; one image is never enough.
func significant(n, images int) bool {
	if n == 0 {
		return false
	}
	// P(X >= n) for X ~ Bin(images, slack)
	return mathext.RegIncBeta(float64(n), float64(images-n+1), slack) < level
}

// warnings looks for signs of masked gradients, threat by threat.
func (r *Report) warnings(s Shape) (list []Warning) {
	for _, w := range r.Worst {
		list = append(list, r.masked(w.Threat, s)...)
		for _, result := range r.Results {
			if result.Threat != w.Threat {
				continue
			}
			list = append(list, result.unled()...)
			if smaller := r.before(result); smaller != nil {
				list = append(list, result.regained(smaller, count(r.Clean))...)
			}
		}
	}
	return list
}

// masked compares the kinds of attacks at a threat.
func (r *Report) masked(t Threat, s Shape) (list []Warning) {
	one, many, blind := r.fell(t, SingleStep), r.fell(t, Gradient), r.fell(t, BlackBox)
	if many == nil {
		return nil
	}
	warn := func(text string, images ...any) { list = append(list, Warning{t, fmt.Sprintf(text, images...)}) }
	attacked := count(r.Clean)
	// One step is enough, with images left that could tell it from many.
	if less := missed(one, many); significant(less, attacked) && less >= missed(many, one) {
		warn("attacks of many steps are no stronger than fgsm, which fooled the model on %d images "+
			"where they did not (they on %d where it did not): the gradients may be masked", less, missed(many, one))
	}
	if n := missed(blind, many); significant(n, attacked) {
		warn("an attack without gradients fooled the model on %d images where those with gradients did not: "+
			"those are too weak here, or the gradients masked", n)
	}
	huge := hugeEps
	if t.Norm == L2 {
		huge *= math.Sqrt(float64(s.Size()))
	}
	if n := missed(r.Clean, many); t.Eps >= huge && significant(n, attacked) {
		warn("%d images withstand attacks of many steps though eps allows any image: "+
			"the gradients may be masked, or the steps too few", n)
	}
	return list
}

// unled warns of gradients that are exactly zero, on more images than chance gives or on most.
func (r *Result) unled() (list []Warning) {
	for k, g := range r.Gradients {
		if 2*g.Zero <= g.Images && !significant(g.Zero, g.Images) {
			continue // a few images that the network is all too sure of
		}
		name := r.Method.Name
		if len(r.Method.Attacks) > 1 {
			name += "'s " + r.Method.Attacks[k].Name()
		}
		text := fmt.Sprintf("the gradient that %s follows is exactly zero on %d of %d images, which it thus could not "+
			"attack: logits may be too large for its loss; apgd-dlr, fab-t, square and aa do not depend on their size",
			name, g.Zero, g.Images)
		list = append(list, Warning{r.Threat, text})
	}
	return list
}

// before returns the result of the same method at the next smaller eps of the same norm; nil if there is none.
func (r *Report) before(of *Result) (smaller *Result) {
	for _, other := range r.Results {
		t := other.Threat
		if other.Method.Name == of.Method.Name && t.Norm == of.Threat.Norm && t.Eps < of.Threat.Eps &&
			(smaller == nil || t.Eps > smaller.Threat.Eps) {
			smaller = other
		}
	}
	return smaller
}

// regained warns if the method fells fewer images than at a smaller eps, though each that fell there could fall here.
func (r *Result) regained(smaller *Result, attacked int) []Warning {
	more, less := missed(r.Robust, smaller.Robust), missed(smaller.Robust, r.Robust)
	if more <= less || !significant(more, attacked) {
		return nil
	}
	text := fmt.Sprintf("%s is weaker than at %v: %d images that fell there withstand it, and %d that withstood it there "+
		"fall: its steps may be too few or too large, or the gradients masked", r.Method.Name, smaller.Threat, more, less)
	return []Warning{{r.Threat, text}}
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
func missed(a, b []bool) (n int) {
	for i, in := range a {
		if in && !b[i] {
			n++
		}
	}
	return n
}

// count counts images.
func count(images []bool) (n int) {
	for _, in := range images {
		if in {
			n++
		}
	}
	return n
}
