package attack

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
)

// defaultSamples is how many images are attacked if nothing is said and there are as many.
const defaultSamples = 1000

// take takes the part that is to be attacked.
func (p *plan) take(s *subject, d *live.Images) error {
	if s.data, s.set = d.Name, d.Part(p.part); s.set == nil {
		return usage.Mark(fmt.Errorf("data set %s: no %s images%s", d.Name, p.part, p.hint(d)))
	}
	s.doubts = append(s.doubts, d.Doubts...)
	return nil
}

// choose draws the images if a seed says so, counts them, and sees whether the attacks can deal with them, and
// whether there are corrupted ones.
func (p *plan) choose(s *subject) error {
	if p.sampleSeed != 0 {
		s.set = s.set.Drawn(p.sampleSeed)
	}
	have := s.set.Len()
	samples := p.samples
	if samples == 0 {
		samples = min(defaultSamples, have)
	}
	if samples > have {
		return usage.Mark(fmt.Errorf("--samples %d: the %s part of %s has %s images",
			samples, p.part, s.data, numeral.Thousands(have)))
	}
	s.sample = s.set.Sample(samples)
	s.doubts = append(s.doubts, protocol.Absent(p.part+" images", s.set)...)
	s.doubts = append(s.doubts, protocol.Thin(p.part+" images that are attacked", s.sample)...)
	for i, m := range p.methods {
		var err error
		if p.methods[i], err = m.For(s.weights.Classes); err != nil {
			return usage.Mark(fmt.Errorf("data set %s: %w", s.data, err))
		}
	}
	return cmp.Or(p.chooseCertified(s), p.corruptions.open(p, s))
}

// hint says how there could be images of the part.
func (p *plan) hint(d *live.Images) string {
	switch {
	case p.part == "val":
		return ": say by --val where they are taken from"
	case strings.HasPrefix(d.Name, "cifar"):
		return ": files whose names begin with test are the test part, others the training part; --part chooses"
	}
	return ": --part chooses others"
}
