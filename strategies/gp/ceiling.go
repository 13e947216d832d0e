package gp

import "math"

// chords is psi of a standard normal number at even steps from -reachable to reachable. Between two of them the chord
// lies above it, as psi is convex.
var chords = func() (c [2*reachable*stepsPerUnit + 2]float64) {
	for i := range c {
		c[i] = partial(float64(i)/stepsPerUnit - reachable)
	}
	return c
}()

const (
	reachable    = 8
	stepsPerUnit = 32
)

// chord is a convex function that is nowhere below psi: the chords and, outside of them, what they end with.
func chord(z float64) float64 {
	at := (z + reachable) * stepsPerUnit
	switch {
	case !(at > 0):
		return chords[0]
	case z >= reachable:
		return z + chords[0]
	}
	i := int(at)
	return chords[i] + (at-float64(i))*(chords[i+1]-chords[i])
}

// LogCeiling returns a number that is not below [Frontier.LogEHVI], and mostly less than a thousandth above it, in a
// tenth of the time. It is the same sum with chords for psi, which are those of a coordinate that spreads more, and of
// such the improvement is expected to be larger.
func (f Frontier) LogCeiling(a, b Normal) float64 {
	if !(a.SD > 0 && b.SD > 0) {
		return f.LogEHVI(a, b)
	}
	total, height := 0.0, chord(b.z(f.heights[0]))
	for i, end := range f.ends {
		next := 0.0
		if i+1 < len(f.heights) {
			next = chord(b.z(f.heights[i+1]))
		}
		total += chord(a.z(end)) * (height - next)
		height = next
	}
	return math.Log(a.SD*b.SD*total) + slack
}

// slack is more than rounding takes.
const slack = 1e-9
