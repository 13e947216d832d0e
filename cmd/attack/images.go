package attack

import (
	"errors"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// defaultSamples is how many images are attacked if nothing is said and there are as many.
const defaultSamples = 1000

// images opens a data set for a network that is trained already. Without --val, validation images are taken as the
// preset does if one is named or the images are its own, else none.
func (p *plan) images(name string) (*live.Images, error) {
	preset, err := live.Preset(p.protocol.Preset)
	if err != nil {
		return nil, usage.Mark(err)
	}
	val := "none"
	if p.given("preset") || name == preset.Dataset {
		val = preset.Val
	}
	if p.given("val") {
		val = p.said.Val
	}
	d, err := live.OpenImages(name, p.said.Image, val)
	if _, wrong := errors.AsType[*live.ProtocolError](err); wrong {
		err = usage.Mark(err)
	}
	return d, err
}

// take takes the part that is to be attacked.
func (p *plan) take(s *subject, d *live.Images) error {
	s.data, s.set = d.Name, map[string]*dataset.Set{"train": d.Train, "val": d.Val, "test": d.Test}[p.part]
	if s.set == nil || s.set.Len() == 0 {
		return usage.Mark(fmt.Errorf("data set %s: no %s images%s", d.Name, p.part, p.hint(d)))
	}
	s.doubts = append(s.doubts, d.Doubts...)
	return nil
}

// choose draws the images if a seed says so, counts them, and sees whether the attacks can deal with them.
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
	return p.chooseCertified(s)
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
