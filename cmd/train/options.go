package train

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// preset is everything that decides about a result.
type preset struct {
	trainer.Config
	Dataset  string // as dataset.Open reads it
	Image    int    // side that images are resized to; 0: as they are
	Channels int    // C
	Cells    int    // N
	Val      string // where validation images come from: see split
}

var presets = map[string]preset{
	"micro": {
		Config:   trainer.Config{Epochs: 24, Batch: 32, LearningRate: .1, Momentum: .9, Nesterov: true, WeightDecay: 5e-4, Seed: 1},
		Dataset:  dataset.Embedded,
		Channels: 4, Cells: 1, Val: "test:0.5",
	},
	"cifar10-small": {
		Config: trainer.Config{
			Epochs: 30, Batch: 64, LearningRate: .1, Warmup: .1, Momentum: .9, Nesterov: true, WeightDecay: 5e-4, Seed: 1,
			Augmentation: dataset.Augmentation{Crop: 4, Flip: true},
		},
		Channels: 16, Cells: 1, Val: "train:0.1",
	},
	"nasbench201": {Config: trainer.DefaultConfig(), Channels: 16, Cells: 5, Val: "train:0.1"},
}

// options are the command's flags. Those that override a preset count only where they were given.
type options struct {
	preset                   string
	override                 preset
	threads, every           int
	save, checkpoint, output string
}

// The flags that override a preset: how each is registered, and how its value gets into one.
func (o *options) register(f *pflag.FlagSet) {
	f.StringVar(&o.preset, "preset", "micro", "micro, cifar10-small or nasbench201")
	for _, v := range o.overrides() {
		v.register(f)
	}
	f.IntVar(&o.threads, "threads", 0, "goroutines that share a batch; they change no bit (0: by the network's size)")
	f.StringVar(&o.save, "save", "", "write the weights to this safetensors file")
	f.StringVar(&o.checkpoint, "checkpoint", "", "continue from this file if it exists, and keep the state of the run in it")
	f.IntVar(&o.every, "checkpoint-every", 0, "also save the checkpoint every so many steps (0: at the end of each epoch)")
	f.StringVar(&o.output, "output", "table", "table or json")
}

// override is a flag that replaces a field of the preset.
type override struct {
	name     string
	register func(*pflag.FlagSet)
	apply    func(*preset)
}

func (o *options) overrides() []override {
	p := &o.override
	return []override{
		text("dataset", "images: "+dataset.Embedded+", cifar10:FILE[,FILE], cifar100:FILE[,FILE], idx:DIR or folder:DIR", func(p *preset) *string { return &p.Dataset }, p),
		text("val", "validation images: train:SHARE or test:SHARE of that part, or none", func(p *preset) *string { return &p.Val }, p),
		whole("image", "resize images to this side, a multiple of 4", func(p *preset) *int { return &p.Image }, p),
		whole("channels", "channels of the first stage, C", func(p *preset) *int { return &p.Channels }, p),
		whole("cells", "cells in a stage, N", func(p *preset) *int { return &p.Cells }, p),
		whole("epochs", "passes over the training images", func(p *preset) *int { return &p.Epochs }, p),
		whole("batch", "images a step", func(p *preset) *int { return &p.Batch }, p),
		real("lr", "highest learning rate", func(p *preset) *float64 { return &p.LearningRate }, p),
		real("warmup", "share of the steps over which the learning rate rises", func(p *preset) *float64 { return &p.Warmup }, p),
		real("momentum", "momentum", func(p *preset) *float64 { return &p.Momentum }, p),
		real("weight-decay", "weight decay, on every parameter", func(p *preset) *float64 { return &p.WeightDecay }, p),
		real("label-smoothing", "share of the target that is spread over all classes", func(p *preset) *float64 { return &p.Smoothing }, p),
		whole("crop", "pixels around an image before a random crop of its size", func(p *preset) *int { return &p.Augmentation.Crop }, p),
		{"flip", func(f *pflag.FlagSet) {
			f.BoolVar(&p.Augmentation.Flip, "flip", false, "mirror half of the images (preset)")
		},
			func(to *preset) { to.Augmentation.Flip = p.Augmentation.Flip }},
		{"nesterov", func(f *pflag.FlagSet) { f.BoolVar(&p.Nesterov, "nesterov", true, "Nesterov's momentum") },
			func(to *preset) { to.Nesterov = p.Nesterov }},
		{"seed", func(f *pflag.FlagSet) {
			f.Uint64Var(&p.Seed, "seed", 1, "seed of initial weights, order and augmentation")
		},
			func(to *preset) { to.Seed = p.Seed }},
	}
}

func text(name, usage string, field func(*preset) *string, p *preset) override {
	return override{name, func(f *pflag.FlagSet) { f.StringVar(field(p), name, "", usage+" (preset)") }, func(to *preset) { *field(to) = *field(p) }}
}

func whole(name, usage string, field func(*preset) *int, p *preset) override {
	return override{name, func(f *pflag.FlagSet) { f.IntVar(field(p), name, 0, usage+" (preset)") }, func(to *preset) { *field(to) = *field(p) }}
}

func real(name, usage string, field func(*preset) *float64, p *preset) override {
	return override{name, func(f *pflag.FlagSet) { f.Float64Var(field(p), name, 0, usage+" (preset)") }, func(to *preset) { *field(to) = *field(p) }}
}

// resolve returns the preset with what the flags override.
func (o *options) resolve(f *pflag.FlagSet) (preset, error) {
	p, ok := presets[o.preset]
	if !ok {
		return p, fmt.Errorf("--preset %s: want one of %s", o.preset, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
	}
	for _, v := range o.overrides() {
		if f.Changed(v.name) {
			v.apply(&p)
		}
	}
	switch {
	case o.output != "table" && o.output != "json":
		return p, fmt.Errorf("--output %s: want table or json", o.output)
	case p.Dataset == "":
		return p, fmt.Errorf("preset %s needs --dataset, for example cifar10:data_batch_1.bin,test_batch.bin", o.preset)
	case o.threads < 0:
		return p, fmt.Errorf("--threads %d: want at least 0", o.threads)
	case o.every < 0:
		return p, fmt.Errorf("--checkpoint-every %d: want at least 0", o.every)
	case o.every > 0 && o.checkpoint == "":
		return p, fmt.Errorf("--checkpoint-every needs --checkpoint")
	}
	return p, p.Validate()
}

// data are the images of a run.
type data struct {
	name             string
	train, val, test *dataset.Set // val and test may be nil
}

// splitSeed is the seed by which validation images are drawn: the same for every run, so that results compare.
const splitSeed = 1

// open reads the images, resizes them and takes the validation part from the training or the test part.
func (p preset) open() (*data, error) {
	d, err := dataset.Open(p.Dataset)
	if err != nil {
		return nil, err
	}
	if d.Train == nil {
		return nil, fmt.Errorf("data set %s: no training images", d.Name)
	}
	out := &data{name: d.Name, train: d.Train, test: d.Test}
	for _, s := range []**dataset.Set{&out.train, &out.test} {
		if *s != nil && p.Image != 0 {
			if *s, err = (*s).Resize(p.Image); err != nil {
				return nil, err
			}
		}
	}
	return out, out.split(p.Val)
}

func (d *data) split(from string) error {
	if from == "none" {
		return nil
	}
	part, text, _ := strings.Cut(from, ":")
	share, err := strconv.ParseFloat(text, 64)
	source, ok := map[string]**dataset.Set{"train": &d.train, "test": &d.test}[part]
	if err != nil || !ok || !(share > 0 && share < 1) {
		return fmt.Errorf("--val %s: want train:SHARE, test:SHARE (a share between 0 and 1) or none", from)
	}
	if *source == nil {
		return fmt.Errorf("--val %s: data set %s has no test images; take them from the training part, or none", from, d.name)
	}
	*source, d.val, err = (*source).Split(int(share*float64((*source).Len())+.5), splitSeed)
	return err
}

// spec describes the network for the images.
func (p preset) spec(cell nasbench201.Cell, d *data) trainer.Spec {
	s := trainer.Spec{Cell: cell, Network: nasbench201.Network{
		Channels: p.Channels, Depth: p.Cells, Classes: len(d.train.Classes), Image: d.train.Side, Inputs: d.train.Channels,
	}}
	s.Mean, s.Std = d.train.Normalization()
	return s
}
