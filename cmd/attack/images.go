package attack

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
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

// shape is that of images.
type shape struct{ side, channels, classes int }

func (s shape) String() string {
	colours, ok := map[int]string{1: "grey", 3: "colour"}[s.channels]
	if !ok {
		colours = fmt.Sprintf("%d-channel", s.channels)
	}
	return fmt.Sprintf("%dx%d %s images of %d classes", s.side, s.side, colours, s.classes)
}

// match gives the images the labels that the network has for their classes. Its error says what is wrong if the network
// cannot be asked about them.
func (s *subject) match() error {
	w := s.weights
	has, takes := shape{s.set.Side, s.set.Channels, len(s.set.Classes)}, shape{w.Image, w.Inputs, w.Classes}
	hint := ""
	if has.channels == takes.channels && has.side != takes.side {
		hint = fmt.Sprintf(" (--image %d resizes the images)", w.Image)
	}
	set, doubt, err := s.set.Match(w.ClassNames, w.Classes)
	if hint == "" && s.set.Unordered && has.classes < takes.classes {
		hint = " (an empty folder stands for a class without images)"
	}
	_, other := errors.AsType[*dataset.CountError](err)
	if other || has.side != takes.side || has.channels != takes.channels {
		return fmt.Errorf("data set %s does not fit %s: it has %s, the network takes %s%s", s.data, s.file, has, takes, hint)
	}
	if err != nil {
		return fmt.Errorf("data set %s does not fit %s: %w", s.data, s.file, err)
	}
	s.set = set
	if doubt != "" {
		s.doubts = append(s.doubts, fmt.Sprintf("data set %s and %s: %s", s.data, s.file, doubt))
	}
	return nil
}

// described builds from flags the description that a file made elsewhere lacks. What the images tell is not in it.
func (p *plan) described(path string) (s trainer.Spec, err error) {
	var missing []string
	for _, flag := range []string{"arch", "channels", "cells", "mean", "std"} {
		if !p.given(flag) {
			missing = append(missing, "--"+flag)
		}
	}
	if len(missing) > 0 {
		return s, fmt.Errorf("%s does not describe its network: give %s "+
			"(mean 0 and std 1 for every channel if its images are not normalised)", path, strings.Join(missing, ", "))
	}
	if s.Cell, err = p.Tables.Cell(p.arch); err != nil {
		return s, fmt.Errorf("--arch: %w", err)
	}
	s.Channels, s.Depth = p.said.Channels, p.said.Cells
	if s.Mean, err = floats(p.mean); err != nil {
		return s, fmt.Errorf("--mean: %w", err)
	}
	if s.Std, err = floats(p.std); err != nil {
		return s, fmt.Errorf("--std: %w", err)
	}
	return s, nil
}

// agrees returns an error if flags say something else than the file's own description.
func (p *plan) agrees(path string, s trainer.Spec) error {
	if p.given("arch") {
		cell, err := p.Tables.Cell(p.arch)
		if err != nil {
			return fmt.Errorf("--arch: %w", err)
		}
		if cell != s.Cell {
			return fmt.Errorf("--arch %s: %s says that it is %s", cell.Arch(), path, s.Cell.Arch())
		}
	}
	for _, c := range []struct {
		flag string
		have []float32
	}{
		{"channels", []float32{float32(s.Channels)}}, {"cells", []float32{float32(s.Depth)}},
		{"mean", s.Mean}, {"std", s.Std},
	} {
		if !p.given(c.flag) {
			continue
		}
		text := p.flags.Lookup(c.flag).Value.String()
		given, err := floats(text)
		if err != nil {
			return fmt.Errorf("--%s: %w", c.flag, err)
		}
		if !slices.Equal(given, c.have) {
			return fmt.Errorf("--%s %s: %s says that it is %s", c.flag, text, path, commas(c.have))
		}
	}
	return nil
}

// floats reads numbers with commas between them.
func floats(list string) ([]float32, error) {
	var values []float32
	for text := range strings.SplitSeq(list, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
		if err != nil || v-v != 0 {
			return nil, fmt.Errorf("%q: want numbers with commas between them", list)
		}
		values = append(values, float32(v))
	}
	return values, nil
}

func commas(values []float32) string {
	var list []string
	for _, v := range values {
		list = append(list, strconv.FormatFloat(float64(v), 'g', -1, 32))
	}
	return strings.Join(list, ",")
}
