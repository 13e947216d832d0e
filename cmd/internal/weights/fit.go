package weights

import (
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Fit returns the images of a set with the labels that the network has for their classes, and what is doubtful about
// the weights as they stand to them. Data is what the data set is called. Its error says what is wrong if the network
// cannot be asked about the images.
func (f *File) Fit(data string, set *dataset.Set) (_ *dataset.Set, doubts []string, err error) {
	if f.foreign {
		if err := f.adopt(data, set); err != nil {
			return nil, nil, err
		}
	}
	set, doubt, err := f.match(data, set)
	if err != nil {
		return nil, nil, err
	}
	if doubt != "" {
		doubts = append(doubts, fmt.Sprintf("data set %s and %s: %s", data, f.Path, doubt))
	}
	return set, append(doubts, f.origin(set)...), nil
}

// adopt reads weights that were made elsewhere. The images tell their side and channels.
func (f *File) adopt(data string, set *dataset.Set) error {
	err := f.read(set.Side, set.Channels)
	if _, wrong := errors.AsType[*trainer.SpecError](err); wrong {
		return usage.Mark(fmt.Errorf("%s on %s: %w", f.Path, data, err))
	}
	return err
}

// read reads weights that were made elsewhere, for images of a side and channels.
func (f *File) read(side, channels int) (err error) {
	f.spec.Classes, f.spec.Image, f.spec.Inputs = 0, side, channels
	f.Weights, err = trainer.LoadAs(f.Path, f.spec)
	return err
}

// For sees to it that the weights are there without any images: those that were made elsewhere are read for images of
// a side, with as many channels as there are means. A side that is not 0 must be that of the network.
func (f *File) For(side int) error {
	switch {
	case f.foreign && side == 0:
		return usage.Mark(fmt.Errorf("%s does not say how large its images are: give --image, their side in pixels", f.Path))
	case f.foreign:
		err := f.read(side, len(f.spec.Mean))
		if _, wrong := errors.AsType[*trainer.SpecError](err); wrong {
			return usage.Mark(err)
		}
		return err
	case side != 0 && side != f.Image:
		return usage.Mark(fmt.Errorf("--image %d: %s says that it is %d", side, f.Path, f.Image))
	}
	return nil
}

// Shape is that of images.
type Shape struct{ Side, Channels, Classes int }

func (s Shape) String() string {
	colours, ok := map[int]string{1: "grey", 3: "colour"}[s.Channels]
	if !ok {
		colours = fmt.Sprintf("%d-channel", s.Channels)
	}
	return fmt.Sprintf("%dx%d %s images of %d classes", s.Side, s.Side, colours, s.Classes)
}

// match gives the images the labels that the network has for their classes. Its error says what is wrong if the network
// cannot be asked about them.
func (f *File) match(data string, set *dataset.Set) (_ *dataset.Set, doubt string, err error) {
	has, takes := Shape{set.Side, set.Channels, len(set.Classes)}, Shape{f.Image, f.Inputs, f.Classes}
	hint := ""
	if has.Channels == takes.Channels && has.Side != takes.Side {
		hint = fmt.Sprintf(" (--image %d resizes the images)", f.Image)
	}
	fitted, doubt, err := set.Match(f.ClassNames, f.Classes)
	if hint == "" && set.Unordered && has.Classes < takes.Classes {
		hint = " (an empty folder stands for a class without images)"
	}
	_, other := errors.AsType[*dataset.CountError](err)
	if other || has.Side != takes.Side || has.Channels != takes.Channels {
		return nil, "", fmt.Errorf("data set %s does not fit %s: it has %s, the network takes %s%s",
			data, f.Path, has, takes, hint)
	}
	if err != nil {
		return nil, "", fmt.Errorf("data set %s does not fit %s: %w", data, f.Path, err)
	}
	return fitted, doubt, nil
}
