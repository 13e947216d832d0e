package robustness

import (
	"math"
	"slices"
)

// Report is the outcome of an [Evaluation].
type Report struct {
	Images        int
	Clean         []bool // whether the model is right about an image
	CleanAccuracy float64
	CleanMeans    Means
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
	Means    Means
	// Gradients are those that each of the method's attacks was given.
	Gradients []Gradients
	// Unled counts the images that withstood the method while all that its attacks were given were gradients of exactly
	// zero. It is 0 for a model that answers all images alike, which no attack could fool.
	Unled   int
	Passes  Passes
	Seconds float64 // of the models' work and its own, summed over the models

	answers []answer
	led     [][]led // for each of the method's attacks, of each image
}

// Gradients counts the images on which an attack was given gradients. Where all of them were exactly zero the attack
// could not know where to go: such an image is not known to be robust.
type Gradients struct {
	Images int `json:"images"`
	Zero   int `json:"zero"`
}

// Means describe the model's answers over all images: under attack at the point that fooled it, or else at the last
// attack's last point; for an image that it has wrong when clean, at the image. An attack that stops as soon as it
// succeeds stops at a low loss: see [PGD.LastPoint].
type Means struct {
	Loss       float64 // cross-entropy
	Confidence float64 // probability of the likeliest class, by softmax
}

// lost counts the images that withstood attacks of which none could know where to go.
func (r *Result) lost() (n int) {
	for i, robust := range r.Robust {
		if robust && !slices.ContainsFunc(r.led, func(of []led) bool { return of[i] != astray }) {
			n++
		}
	}
	return n
}

// answer is what [Means] is the mean of.
type answer struct{ loss, confidence float64 }

func newAnswer(logits []float32, label int) answer {
	var room [16]float64
	_, largest, sum := exponentials(room[:0], logits)
	loss := largest + math.Log(sum) - float64(logits[label])
	return answer{loss, math.Exp(float64(logits[argmax(logits)]) - float64(logits[label]) - loss)}
}

func means(answers []answer) Means {
	var m Means
	for _, a := range answers {
		m.Loss += a.loss / float64(len(answers))
		m.Confidence += a.confidence / float64(len(answers))
	}
	m.Confidence = min(m.Confidence, 1) // of which rounding may have made more
	return m
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
	r.answers = make([]answer, images)
	for range m.Attacks {
		r.led = append(r.led, make([]led, images))
	}
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
			if result.Threat != t {
				continue
			}
			result.conclude()
			for i, ok := range result.Robust {
				worst.Robust[i] = worst.Robust[i] && ok
			}
		}
		worst.Accuracy = accuracy(worst.Robust)
		r.Worst = append(r.Worst, worst)
	}
}

// conclude computes what follows from the images one by one.
func (r *Result) conclude() {
	r.Accuracy, r.Means, r.Gradients = accuracy(r.Robust), means(r.answers), nil
	for _, of := range r.led {
		zero := astray.count(of)
		r.Gradients = append(r.Gradients, Gradients{zero + ahead.count(of), zero})
	}
}

// accuracy is the share of images that are right.
func accuracy(right []bool) float64 { return float64(count(right)) / float64(len(right)) }
