package robustness

import "math"

// Loss is what an attack raises: a function of one image's logits. It returns its value and writes its gradient by the
// logits to grad, which has their length. It keeps no state, and may be called for several images at once.
type Loss func(logits, grad []float32) float64

// CrossEntropy is the loss log sum exp(z) - z_label.
func CrossEntropy(label int) Loss {
	return func(z, grad []float32) float64 {
		var room [16]float64
		exp, largest, sum := exponentials(room[:0], z)
		for k, e := range exp {
			p := e / sum
			if k == label {
				p--
			}
			grad[k] = float32(p)
		}
		return largest + math.Log(sum) - float64(z[label])
	}
}

// exponentials appends exp(z - max z) to e and returns it with the maximum and its sum.
func exponentials(e []float64, z []float32) (exp []float64, largest, sum float64) {
	largest = float64(z[argmax(z)])
	for _, v := range z {
		e = append(e, math.Exp(float64(v)-largest))
		sum += e[len(e)-1]
	}
	return e, largest, sum
}

// DLR is the difference of logits ratio (Croce and Hein, ICML 2020, eq. 6): -(z_label - max of the others) /
// (z_1st - z_3rd). It takes three classes or more.
func DLR(label int) Loss {
	return func(z, grad []float32) float64 {
		top := order(z, 3)
		other := top[0]
		if other == label {
			other = top[1]
		}
		return ratio(z, grad, other, label, []term{{top[0], 1}, {top[2], -1}})
	}
}

// TargetedDLR is the targeted difference of logits ratio (Croce and Hein, ICML 2020, eq. 7): -(z_label - z_target) /
// (z_1st - (z_3rd + z_4th) / 2). It takes four classes or more.
func TargetedDLR(label, target int) Loss {
	return func(z, grad []float32) float64 {
		top := order(z, 4)
		return ratio(z, grad, target, label, []term{{top[0], 1}, {top[2], -.5}, {top[3], -.5}})
	}
}

// LogitDifference is the loss z_target - z_label, positive beyond the boundary between the two.
func LogitDifference(label, target int) Loss {
	return func(z, grad []float32) float64 {
		clear(grad)
		grad[target]++
		grad[label]--
		return float64(z[target]) - float64(z[label])
	}
}

// term is a logit and its factor.
type term struct {
	class  int
	factor float64
}

// ratio returns (z_a - z_b) / sum of terms, and its gradient.
func ratio(z, grad []float32, a, b int, denominator []term) float64 {
	d := 1e-12 // as in the authors' code: the ratio of equal logits is finite
	for _, t := range denominator {
		d += t.factor * float64(z[t.class])
	}
	value := (float64(z[a]) - float64(z[b])) / d
	clear(grad)
	add := func(class int, g float64) { grad[class] += float32(g) }
	add(a, 1/d)
	add(b, -1/d)
	for _, t := range denominator {
		add(t.class, -value*t.factor/d)
	}
	return value
}

// Fooled says whether the largest logit, the first of equal ones, is not that of the label.
func Fooled(logits []float32, label int) bool { return argmax(logits) != label }

// Margin returns z_label - max of the others: negative if the model is fooled.
func Margin(logits []float32, label int) float64 {
	best := math.Inf(-1)
	for k, v := range logits {
		if k != label {
			best = max(best, float64(v))
		}
	}
	return float64(logits[label]) - best
}

// argmax returns the index of the first largest number.
func argmax(z []float32) int {
	best := 0
	for k, v := range z {
		if v > z[best] {
			best = k
		}
	}
	return best
}

// order returns the classes of the n largest logits, the largest first, equal ones by class.
func order(z []float32, n int) []int {
	top := make([]int, 0, n+1)
	for k, v := range z {
		i := len(top)
		for i > 0 && v > z[top[i-1]] {
			i--
		}
		if i == n {
			continue
		}
		top = append(top, 0)
		copy(top[i+1:], top[i:])
		top[i] = k
		top = top[:min(len(top), n)]
	}
	return top
}
