package search

import "math/rand/v2"

// stream returns the random numbers for one purpose and trial of a study.
func stream(seed uint64, purpose string, trial int) *rand.Rand {
	h := uint64(14695981039346656037) // FNV-1a
	for _, b := range []byte(purpose) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(mix(seed^mix(h)), mix(uint64(trial)+h)))
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014), so that close keys give streams that
// have nothing in common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
