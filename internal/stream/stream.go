// Package stream gives everything random a stream of its own, keyed by a seed and by what it is for. What is drawn for
// one thing thus depends neither on what else is drawn nor on when.
package stream

import (
	"math/rand/v2"
	"strconv"
)

// New returns the stream of a purpose, and of numbers such as a step's or an image's: PCG with the seed and the hash of
// the text "purpose/1/2".
func New(seed uint64, purpose string, numbers ...int) *rand.Rand {
	h := hash(offset, purpose)
	var room [21]byte // "/-9223372036854775808"
	for _, n := range numbers {
		h = hash(h, strconv.AppendInt(append(room[:0], '/'), int64(n), 10))
	}
	return rand.New(rand.NewPCG(seed, h))
}

// Source gives one stream after the other without allocating, a new one for every number of a purpose. Its streams are
// not those of New.
type Source struct {
	pcg  *rand.PCG
	rand *rand.Rand
}

// NewSource returns a source.
func NewSource() Source {
	pcg := rand.NewPCG(0, 0)
	return Source{pcg, rand.New(pcg)}
}

// At returns the stream of a purpose and number. It is good until the next call.
func (s Source) At(seed uint64, purpose string, n int) *rand.Rand {
	h := hash(offset, purpose)
	s.pcg.Seed(mix(seed^mix(h)), mix(uint64(n)+h))
	return s.rand
}

// offset is the hash of nothing.
const offset uint64 = 14695981039346656037

// hash continues a hash with more text, by FNV-1a of 64 bits.
func hash[T string | []byte](h uint64, text T) uint64 {
	for _, b := range []byte(text) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return h
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014), so that close keys give streams that have
// nothing in common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
