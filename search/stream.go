package search

import "math/rand/v2"

// stream is a source of random numbers that is set anew for every trial.
type stream struct {
	source *rand.PCG
	rand   *rand.Rand
}

func newStream() stream {
	source := rand.NewPCG(0, 0)
	return stream{source, rand.New(source)}
}

// at returns the random numbers for one purpose and trial of a study. They are good until the next call.
func (s stream) at(seed uint64, purpose string, trial int) *rand.Rand {
	h := uint64(14695981039346656037) // FNV-1a
	for _, b := range []byte(purpose) {
		h = (h ^ uint64(b)) * 1099511628211
	}
	s.source.Seed(mix(seed^mix(h)), mix(uint64(trial)+h))
	return s.rand
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014), so that close keys give streams that
// have nothing in common.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
