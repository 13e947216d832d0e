package dataset

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
)

// key identifies an image by what is seen in it.
type key = [sha256.Size]byte

// keys are those of all images, the same in grey and in three equal channels, salted by a text.
func (s *Set) keys(salt string) []key {
	all, planes := make([]key, s.Len()), 1
	if s.Channels == 1 {
		planes = 3
	}
	h := sha256.New()
	for i := range all {
		h.Reset()
		h.Write([]byte(salt))
		for range planes {
			h.Write(s.Image(i))
		}
		h.Sum(all[i][:0])
	}
	return all
}

// interleaved returns the images' order by keys: one of each class, then a second of each, and so on while they last.
// The first n thus hold as many of each class as can be. It depends neither on the order in which the images were, nor
// on the order of the classes.
func (s *Set) interleaved(keys []key) []int {
	byKey := func(a, b int) int {
		return cmp.Or(bytes.Compare(keys[a][:], keys[b][:]), s.Labels[a]-s.Labels[b])
	}
	order := make([]int, s.Len())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, byKey)
	round, seen := make([]int, s.Len()), make([]int, len(s.Classes))
	for _, i := range order {
		l := s.Labels[i]
		round[i] = seen[l]
		seen[l]++
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Or(round[a]-round[b], byKey(a, b)) })
	return order
}

// arranged returns a set that has no order in the fixed one that its images give it.
func (s *Set) arranged() *Set {
	if !s.Unordered {
		return s
	}
	return s.Select(s.interleaved(s.keys("")))
}

// Drawn returns the set in an order drawn by a seed, of which the first images hold as many of each class as can be.
// It depends on nothing but the images, their classes and the seed.
func (s *Set) Drawn(seed uint64) *Set {
	return s.Select(s.interleaved(s.keys(fmt.Sprintf("sample %d\n", seed))))
}
