package gp

import (
	"math"
	"slices"
)

// memo has likenesses that were computed, by distance, where their hash says. A likeness of 1 at distance 0 is in all
// places that are not used yet.
type memo []likeness

type likeness struct{ distance, value float64 }

const memoBits = 12

func newMemo() memo { return slices.Repeat(memo{{0, 1}}, 1<<memoBits) }

// at returns the likeness at a distance.
func (m memo) at(s Shape, distance float64) float64 {
	const golden = 0x9E3779B97F4A7C15 // 2^64 by the golden ratio: what is alike is spread
	place := &m[math.Float64bits(distance)*golden>>(64-memoBits)]
	if place.distance != distance {
		place.distance = distance
		place.value, _ = s.value(distance)
	}
	return place.value
}
