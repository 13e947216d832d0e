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
	f.spec.Classes, f.spec.Image, f.spec.Inputs = 0, set.Side, set.Channels
	w, err := trainer.LoadAs(f.Path, f.spec)
	if _, wrong := errors.AsType[*trainer.SpecError](err); wrong {
		return usage.Mark(fmt.Errorf("%s on %s: %w", f.Path, data, err))
	}
	f.Weights = w
	return err
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
