// Package weights opens files of weights that commands are given, of this program or of others, and finds out what is
// doubtful about them.
package weights

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/spf13/pflag"
)

// Flags describe networks whose files do not.
type Flags struct {
	arch, mean, std string

	flags *pflag.FlagSet
	cells func(name string) (nasbench201.Cell, error)
}

// Register adds the flags to a command, which reads cells by a function.
func (f *Flags) Register(to *pflag.FlagSet, cells func(name string) (nasbench201.Cell, error)) {
	f.flags, f.cells = to, cells
	to.StringVar(&f.arch, "arch", "", "cell of weights made elsewhere, by its text or index")
	to.StringVar(&f.mean, "mean", "",
		"what weights made elsewhere want subtracted from pixels in [0,1], a number a channel, with commas")
	to.StringVar(&f.std, "std", "", "what they want the difference divided by, a number a channel, with commas")
}

func (f *Flags) given(flag string) bool { return f.flags.Changed(flag) }

// Idle returns a mistake if the flags are given though no weights are read, but what a text says is made.
func (f *Flags) Idle(made string) error {
	for _, flag := range []string{"arch", "mean", "std"} {
		if f.given(flag) {
			return usage.Mark(fmt.Errorf("--%s is for weights made elsewhere, not for %s", flag, made))
		}
	}
	return nil
}

// File is what a file of weights says of itself. One that was made elsewhere has no weights until [File.Fit].
type File struct {
	*trainer.Weights
	Path string

	spec    trainer.Spec // of weights that do not describe themselves
	foreign bool
}

// Open reads a file of weights, which may be an ONNX file of ours, or what the flags say of one that does not describe
// itself: what they say of data and network is given. Its errors are mistakes in the command line, but for what is
// wrong with the file.
func (f *Flags) Open(path string, said live.Protocol) (*File, error) {
	w, err := load(path)
	file := &File{Weights: w, Path: path, foreign: errors.Is(err, trainer.ErrNoDescription)}
	switch {
	case file.foreign:
		file.spec, err = f.described(path, said)
		return file, usage.Mark(err)
	case err != nil:
		return nil, err
	}
	return file, usage.Mark(f.agrees(path, w.Spec))
}

// Dataset returns the name of the data set that the network is asked about: the one that was said or, if none was, the
// embedded images, where it was trained on these. Otherwise it is a mistake in the command line, which an example
// mends.
func (f *File) Dataset(said, example string) (string, error) {
	switch {
	case said != "":
		return said, nil
	case f.onEmbedded():
		return dataset.Embedded, nil
	}
	return "", usage.Mark(fmt.Errorf("%s does not say which images it was trained on: give --dataset, for example %s",
		f.Path, example))
}

// onEmbedded says whether the network takes the embedded images, and normalises them as training on them does.
func (f *File) onEmbedded() bool {
	if f.foreign {
		return false
	}
	d, err := dataset.Open(dataset.Embedded)
	if err != nil {
		return false
	}
	mean, std := d.Train.Normalization()
	return f.Image == d.Train.Side && f.Inputs == d.Train.Channels &&
		slices.Equal(f.Mean, mean) && slices.Equal(f.Std, std)
}

// described builds from flags the description that a file made elsewhere lacks. What the images tell is not in it.
func (f *Flags) described(path string, said live.Protocol) (s trainer.Spec, err error) {
	var missing []string
	for _, flag := range []string{"arch", "channels", "cells", "mean", "std"} {
		if !f.given(flag) {
			missing = append(missing, "--"+flag)
		}
	}
	if len(missing) > 0 {
		return s, fmt.Errorf("%s does not describe its network: give %s "+
			"(mean 0 and std 1 for every channel if its images are not normalised)", path, strings.Join(missing, ", "))
	}
	if s.Cell, err = f.cells(f.arch); err != nil {
		return s, fmt.Errorf("--arch: %w", err)
	}
	s.Channels, s.Depth = said.Channels, said.Cells
	if s.Mean, err = floats(f.mean); err != nil {
		return s, fmt.Errorf("--mean: %w", err)
	}
	if s.Std, err = floats(f.std); err != nil {
		return s, fmt.Errorf("--std: %w", err)
	}
	return s, nil
}

// agrees returns an error if flags say something else than the file's own description.
func (f *Flags) agrees(path string, s trainer.Spec) error {
	if f.given("arch") {
		cell, err := f.cells(f.arch)
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
		if !f.given(c.flag) {
			continue
		}
		text := f.flags.Lookup(c.flag).Value.String()
		given, err := floats(text)
		if err != nil {
			return fmt.Errorf("--%s: %w", c.flag, err)
		}
		if !slices.Equal(given, c.have) {
			return fmt.Errorf("--%s %s: %s says that it is %s", c.flag, text, path, Commas(c.have))
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

// Commas writes numbers with commas between them.
func Commas(values []float32) string {
	var list []string
	for _, v := range values {
		list = append(list, strconv.FormatFloat(float64(v), 'g', -1, 32))
	}
	return strings.Join(list, ",")
}
