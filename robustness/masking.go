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
func warnings(r *Report, s Shape) []Warning {
	var list []Warning
	for _, w := range r.Worst {
		e := evidence{threat: w.Threat, clean: r.Clean}
		for _, result := range r.Results {
			if result.Threat == w.Threat {
				e.results = append(e.results, result)
			}
		}
		for _, text := range []string{e.oneStepEnough(), e.blindBetter(), e.neverFalls(s)} {
			if text != "" {
				list = append(list, Warning{w.Threat, text})
			}
		}
	}
	return list
}

// evidence is what was found at one threat.
type evidence struct {
	threat  Threat
	clean   []bool
	results []*Result
}

// fell returns the images that an attack of a kind felled, and whether there was such an attack.
func (e evidence) fell(kind Kind) (images []bool, ran bool) {
	images = make([]bool, len(e.clean))
	for _, r := range e.results {
		for _, a := range r.Method.Attacks {
			ran = ran || traitsOf(a).Kind == kind
		}
		for i, k := range r.FellTo {
			if k >= 0 && traitsOf(r.Method.Attacks[k]).Kind == kind {
				images[i] = true
			}
		}
	}
	return images, ran
}

// oneStepEnough compares attacks of many steps with FGSM, if images are left that could tell them apart.
func (e evidence) oneStepEnough() string {
	one, ranOne := e.fell(SingleStep)
	many, ranMany := e.fell(Gradient)
	more, less := missed(many, one), missed(one, many)
	if !ranOne || !ranMany || less < more || less <= e.slack() {
		return ""
	}
	return fmt.Sprintf("attacks of many steps are no stronger than fgsm, which fooled the model on %d images "+
		"where they did not (they on %d where it did not): the gradients may be masked", less, more)
}

// blindBetter looks for images that fell to a black-box attack, while an attack of many steps ran on them and failed.
func (e evidence) blindBetter() string {
	blind, ranBlind := e.fell(BlackBox)
	many, ranMany := e.fell(Gradient)
	n := missed(blind, many)
	if !ranBlind || !ranMany || n <= e.slack() {
		return ""
	}
	return fmt.Sprintf("an attack without gradients fooled the model on %d images where those with gradients did not: "+
		"the gradients may be masked", n)
}

// neverFalls looks for images that withstand attacks of many steps however far these may go.
func (e evidence) neverFalls(s Shape) string {
	huge := hugeEps
	if e.threat.Norm == L2 {
		huge *= math.Sqrt(float64(s.Size()))
	}
	many, ran := e.fell(Gradient)
	n := missed(e.clean, many)
	if !ran || e.threat.Eps < huge || n == 0 {
		return ""
	}
	return fmt.Sprintf("%d images withstand attacks of many steps though eps allows any image: "+
		"the gradients may be masked, or the steps too few", n)
}

// slack is the number of images that chance may move.
func (e evidence) slack() int { return int(slack * float64(len(e.clean))) }

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
