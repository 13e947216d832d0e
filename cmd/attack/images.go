package attack

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// defaultSamples is how many images are attacked if nothing is said and there are as many.
const defaultSamples = 1000

// trainedOnEmbedded says whether a network takes the embedded images, and normalises them as training on them does.
func trainedOnEmbedded(s trainer.Spec) bool {
	d, err := dataset.Open(dataset.Embedded)
	if err != nil {
		return false
	}
	mean, std := d.Train.Normalization()
	return s.Image == d.Train.Side && s.Inputs == d.Train.Channels &&
		slices.Equal(s.Mean, mean) && slices.Equal(s.Std, std)
}

// images opens a data set for a network that is trained already. Without --val, validation images are taken as the
// preset does if one is named or the images are its own, else none.
func (p *plan) images(name string) (*live.Images, error) {
	preset, err := live.Preset(p.protocol.Preset())
	if err != nil {
		return nil, usage.Mark(err)
	}
	val := "none"
	if p.given("preset") || name == preset.Dataset {
		val = preset.Val
	}
	if p.given("val") {
		val = p.text("val")
	}
	d, err := live.OpenImages(name, p.whole("image"), val)
	var wrong *live.ProtocolError
	if errors.As(err, &wrong) {
		err = usage.Mark(err)
	}
	return d, err
}

// choose takes the part that is to be attacked, counts its images, and sees whether the attacks can deal with them.
func (p *plan) choose(s *subject, d *live.Images) error {
	s.data, s.set = d.Name, map[string]*dataset.Set{"train": d.Train, "val": d.Val, "test": d.Test}[p.part]
	if s.set == nil || s.set.Len() == 0 {
		return usage.Mark(fmt.Errorf("data set %s: no %s images%s", d.Name, p.part, p.hint(d)))
	}
	have := s.set.Len()
	s.samples = p.samples
	if s.samples == 0 {
		s.samples = min(defaultSamples, have)
	}
	if s.samples > have {
		return usage.Mark(fmt.Errorf("--samples %d: the %s part of %s has %s images",
			s.samples, p.part, d.Name, numeral.Thousands(have)))
	}
	for _, m := range p.methods {
		if err := m.Fits(len(s.set.Classes)); err != nil {
			return usage.Mark(fmt.Errorf("data set %s: %w", d.Name, err))
		}
	}
	return nil
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

// fit says what is wrong if the network cannot be asked about the images.
func (s *subject) fit() error {
	w, set := s.weights, s.set
	if set.Side == w.Image && set.Channels == w.Inputs && len(set.Classes) == w.Classes {
		return nil
	}
	hint := ""
	if set.Side != w.Image && set.Channels == w.Inputs && len(set.Classes) == w.Classes {
		hint = fmt.Sprintf(" (--image %d resizes the images)", w.Image)
	}
	return fmt.Errorf("data set %s does not fit %s: it has %s, the network takes %s%s", s.data, s.file,
		kind(set.Side, set.Channels, len(set.Classes)), kind(w.Image, w.Inputs, w.Classes), hint)
}

func kind(side, channels, classes int) string {
	colours, ok := map[int]string{1: "grey", 3: "colour"}[channels]
	if !ok {
		colours = fmt.Sprintf("%d-channel", channels)
	}
	return fmt.Sprintf("%dx%d %s images of %d classes", side, side, colours, classes)
}
