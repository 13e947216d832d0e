package measure

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// subject is the network that is measured, and the images that it is measured on.
type subject struct {
	weights *trainer.Weights
	file    string // that has the weights; empty: they were drawn
	data    string // name of the data set
	set     *dataset.Set
	doubts  []string // what may be meant otherwise
}

// one measures one network.
func (o *options) one(ctx context.Context, arg string) error {
	start := time.Now()
	if err := o.only("without --all", "out", "limit", "archs", "workers"); err != nil {
		return err
	}
	if err := usage.OneOf("part", o.part, parts, ", "); err != nil {
		return err
	}
	chosen, err := o.chosen(func(measure.Measure) bool { return true })
	if err != nil {
		return err
	}
	k, err := protocol.Kernel()
	if err != nil {
		return err
	}
	s, how, err := o.open(arg)
	if err != nil {
		return err
	}
	if err := enough(how, o.part, s.set); err != nil {
		return err
	}
	for _, text := range s.doubts {
		o.Log.Warn(text)
	}
	b := &live.Bench{
		Lab: &live.Lab{Protocol: how, Kernel: k}, Cell: s.weights.Cell, Weights: s.weights, Set: s.set, Seed: o.seed,
	}
	found, failed := outcomeOf(o, s, b), error(nil)
	for _, m := range chosen {
		r, err := o.take(ctx, b, m)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil && objective.CauseOf(err) != objective.NotFinite {
			failed = errors.Join(failed, err)
		}
		found.Measures = append(found.Measures, r)
	}
	found.untrained = untrained(chosen)
	found.Seconds = time.Since(start).Seconds()
	result := output.Document{Text: found.text, CSV: found.sheet().CSV, JSON: found}
	return errors.Join(o.Out.Deliver(result, o.Stderr), failed)
}

// take takes a measure, of single images too where programs read the result.
func (o *options) take(ctx context.Context, b *live.Bench, m measure.Measure) (result, error) {
	r := result{
		Name: m.Name, Goal: objective.MetricOf(m).Goal, Images: b.ImagesOf(m, b.Set), Meaning: m.Meaning, Source: m.Source,
		Trained: m.Needs.Trained,
	}
	start := time.Now()
	v, err := b.Take(ctx, m, true)
	r.Seconds = time.Since(start).Seconds()
	if err != nil {
		r.Why = err.Error()
		return r, err
	}
	r.Value = &v
	if m.Each == nil || !o.Out.Values() {
		return r, nil
	}
	c, err := b.Case(m, true)
	if err == nil {
		r.Each, err = m.Each(ctx, c)
	}
	return r, err
}

// open finds out what the argument is, and gets weights and images.
func (o *options) open(arg string) (*subject, live.Protocol, error) {
	cell, file, err := weights.Named(o.Tables.Cell, arg)
	switch {
	case err != nil:
		return nil, live.Protocol{}, err
	case file != "":
		return o.load(file)
	}
	return o.draw(cell)
}

// draw returns a cell's network as the seed draws it.
func (o *options) draw(cell nasbench201.Cell) (*subject, live.Protocol, error) {
	var how live.Protocol
	if err := o.unread("a cell whose weights are drawn"); err != nil {
		return nil, how, err
	}
	how, err := o.protocol.Resolve()
	if err != nil {
		return nil, how, err
	}
	lab, err := o.protocol.Lab(how, 1)
	if err != nil {
		return nil, how, err
	}
	s := new(subject)
	if err := o.choose(s, lab.Images, how.SampleSeed); err != nil {
		return nil, how, err
	}
	s.weights, err = trainer.NewWeights(lab.Spec(cell), o.seed)
	return s, how, err
}

// load reads a file of weights and images that fit it.
func (o *options) load(path string) (*subject, live.Protocol, error) {
	said := o.protocol.Over(live.Protocol{})
	fail := func(err error) (*subject, live.Protocol, error) { return nil, said, err }
	file, err := o.weights.Open(path, said)
	if err != nil {
		return fail(err)
	}
	if err := o.Tables.Unread(o.Env); err != nil {
		return fail(err)
	}
	name, err := file.Dataset(said.Dataset, "cifar10:data_batch_1.bin")
	if err != nil {
		return fail(err)
	}
	how, err := o.protocol.Protocol()
	if err != nil {
		return fail(err)
	}
	d, err := o.protocol.Images(name)
	if err != nil {
		return fail(err)
	}
	s := &subject{file: path}
	if err := o.choose(s, d, how.SampleSeed); err != nil {
		return fail(err)
	}
	set, doubts, err := file.Fit(s.data, s.set)
	if err != nil {
		return fail(err)
	}
	s.weights, s.set, s.doubts = file.Weights, set, append(s.doubts, doubts...)
	return s, how, nil
}

// choose takes the part of a data set that is measured on, in the order that a seed draws; 0 leaves it as it is.
func (o *options) choose(s *subject, d *live.Images, seed uint64) error {
	if s.data, s.set = d.Name, d.Part(o.part); s.set == nil {
		hint := "--part chooses others"
		if o.part == "val" {
			hint = "say by --val where they are taken from"
		}
		return usage.Mark(fmt.Errorf("data set %s: no %s images: %s", d.Name, o.part, hint))
	}
	s.doubts = append(s.doubts, d.Doubts...)
	if seed != 0 && o.part == "train" {
		s.set = s.set.Drawn(seed) // a lab has drawn the other parts
	}
	return nil
}
