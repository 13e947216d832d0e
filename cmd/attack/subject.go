package attack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// subject is the network that is attacked, and the images that it is attacked on.
type subject struct {
	weights *trainer.Weights
	file    string // that has the weights, if there is one
	trained string // how, if it was trained here
	unsaved error  // why there is no file after all

	data   string // name of the data set
	set    *dataset.Set
	sample dataset.Sample // the first of set
	doubts []string       // what may be meant otherwise
}

// open finds out what the argument is, and gets weights and images.
func (p *plan) open(ctx context.Context, arg string) (*subject, error) {
	cell, err := p.Tables.Cell(arg)
	if err == nil {
		return p.train(ctx, cell)
	}
	_, notNumber := strconv.Atoi(arg)
	if notNumber == nil || strings.Contains(arg, "~") || strings.HasPrefix(arg, "#") {
		return nil, err
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder: want a safetensors file, a cell's text or its index", arg)
	case err == nil:
		return p.load(arg)
	case strings.HasSuffix(arg, ".safetensors") || strings.ContainsRune(arg, os.PathSeparator):
		return nil, err
	}
	return nil, usage.Mark(fmt.Errorf("%q is neither a file nor a cell: "+
		"want a safetensors file, a cell's text or its index, 0 to %d", arg, nasbench201.Cells-1))
}

// load reads a weights file and the images to attack.
func (p *plan) load(path string) (*subject, error) {
	if p.save != "" {
		err := fmt.Errorf("--save %s: %s is weights already; it is for a cell, which is trained", p.save, path)
		return nil, usage.Mark(err)
	}
	w, err := trainer.Load(path)
	foreign := errors.Is(err, trainer.ErrNoDescription)
	var spec trainer.Spec
	switch {
	case foreign:
		spec, err = p.described(path)
	case err != nil:
		return nil, err
	default:
		err = p.agrees(path, w.Spec)
	}
	if err = cmp.Or(err, p.Tables.Unread(p.Env)); err != nil {
		return nil, usage.Mark(err)
	}
	name := p.said.Dataset
	if name == "" && !foreign && trainedOnEmbedded(w.Spec) {
		name = dataset.Embedded
	}
	if name == "" {
		return nil, usage.Mark(fmt.Errorf("%s does not say which images it was trained on: "+
			"give --dataset, for example cifar10:test_batch.bin", path))
	}
	d, err := p.images(name)
	if err != nil {
		return nil, err
	}
	s := &subject{file: path, weights: w}
	if err := p.take(s, d); err != nil {
		return nil, err
	}
	if foreign {
		if s.weights, err = p.adopt(s, spec); err != nil {
			return nil, err
		}
	}
	if err := s.match(); err != nil {
		return nil, err
	}
	s.doubts = append(s.doubts, s.origin(foreign)...)
	return s, p.choose(s)
}

// adopt reads weights that were made elsewhere. The images tell their side and channels.
func (p *plan) adopt(s *subject, spec trainer.Spec) (*trainer.Weights, error) {
	spec.Classes, spec.Image, spec.Inputs = 0, s.set.Side, s.set.Channels
	w, err := trainer.LoadAs(s.file, spec)
	if _, wrong := errors.AsType[*trainer.SpecError](err); wrong {
		return nil, usage.Mark(fmt.Errorf("%s on %s: %w", s.file, s.data, err))
	}
	return w, err
}

// train makes weights for a cell by the preset and what flags override of it, as the command train does.
func (p *plan) train(ctx context.Context, cell nasbench201.Cell) (*subject, error) {
	for _, flag := range []string{"arch", "mean", "std"} {
		if p.given(flag) {
			return nil, usage.Mark(fmt.Errorf("--%s is for weights made elsewhere, not for a cell that is trained", flag))
		}
	}
	if err := p.Tables.Unread(p.Env); err != nil {
		return nil, err
	}
	how, err := p.protocol.Resolve()
	if err != nil {
		return nil, err
	}
	lab, err := p.protocol.Lab(how, p.kernel, p.threads)
	if err != nil {
		return nil, err
	}
	by := append([]string{"trained by", p.protocol.Preset}, p.protocol.Overridden()...)
	s := &subject{file: p.save, trained: fmt.Sprintf("%s, seed %d", strings.Join(by, " "), p.seed)}
	if err := p.take(s, lab.Images); err != nil {
		return nil, err
	}
	if s.weights, err = trainer.NewWeights(lab.Spec(cell), p.seed); err != nil {
		return nil, err
	}
	if err := p.choose(s); err != nil {
		return nil, err
	}
	how.Training.Seed = p.seed
	r, err := trainer.NewRun(s.weights, lab.Images.Train, how.Training, lab.Engine(cell))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	err = protocol.Train(ctx, p.Stderr, r, func(trainer.Progress) error { return nil })
	if err == nil && p.save != "" {
		if s.unsaved = protocol.Keep(s.weights, p.save); s.unsaved != nil {
			s.file = ""
		}
	}
	return s, err
}
