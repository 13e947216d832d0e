package gp

import "math"

// memo has likenesses that were computed, by distance, where their hash says. A likeness of 1 at distance 0 is in all
// places that are not used yet.
type memo [1 << memoBits]likeness

type likeness struct{ distance, value float64 }

const memoBits = 12

func newMemo() *memo {
	m := new(memo)
	for i := range m {
		m[i].value = 1
	}
	return m
}

// place is where the likeness at a distance is, or will be: see [likeness.compute]. It is short, so that it is compiled
// into the loop over all points.
func (m *memo) place(distance float64) *likeness {
	const golden = 0x9E3779B97F4A7C15 // 2^64 by the golden ratio: what is alike is spread
	return &m[math.Float64bits(distance)*golden>>(64-memoBits)]
}

// compute puts the likeness at a distance into its place.
func (l *likeness) compute(s Shape, distance float64) {
	l.distance = distance
	l.value, _ = s.value(distance)
}
