package attack

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
)

// subject is the network that is attacked, and the images that it is attacked on.
type subject struct {
	weights *trainer.Weights
	file    string // that has the weights, if there is one
	trained string // how, if it was trained here
	unsaved error  // why there is no file after all

	data   string // name of the data set
	set    *dataset.Set
	sample dataset.Sample  // the first of set
	under  *corrupt.Source // of them under corruptions, if any are asked for
	doubts []string        // what may be meant otherwise
}

// open finds out what the argument is, and gets weights and images.
func (p *plan) open(ctx context.Context, arg string) (*subject, error) {
	cell, file, err := weights.Named(p.Tables.Cell, arg)
	switch {
	case err != nil:
		return nil, err
	case file != "":
		return p.load(file)
	}
	return p.train(ctx, cell)
}

// load reads a weights file and the images to attack.
func (p *plan) load(path string) (*subject, error) {
	if p.save != "" {
		err := fmt.Errorf("--save %s: %s is weights already; it is for a cell, which is trained", p.save, path)
		return nil, usage.Mark(err)
	}
	file, err := p.weights.Open(path, p.said)
	if err = cmp.Or(err, p.Tables.Unread(p.Env)); err != nil {
		return nil, err
	}
	name, err := file.Dataset(p.said.Dataset, "cifar10:test_batch.bin")
	if err != nil {
		return nil, err
	}
	d, err := p.protocol.Images(name)
	if err != nil {
		return nil, err
	}
	s := &subject{file: path}
	if err := p.take(s, d); err != nil {
		return nil, err
	}
	set, doubts, err := file.Fit(s.data, s.set)
	if err != nil {
		return nil, err
	}
	s.weights, s.set, s.doubts = file.Weights, set, append(s.doubts, doubts...)
	return s, p.choose(s)
}

// train makes weights for a cell by the preset and what flags override of it, as the command train does.
func (p *plan) train(ctx context.Context, cell nasbench201.Cell) (*subject, error) {
	if err := cmp.Or(p.weights.Idle("a cell that is trained"), p.Tables.Unread(p.Env)); err != nil {
		return nil, err
	}
	how, err := p.protocol.Resolve()
	if err != nil {
		return nil, err
	}
	lab, err := p.protocol.Lab(how, p.threads)
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
