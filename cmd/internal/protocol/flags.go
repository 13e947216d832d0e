// Package protocol has the flags by which commands choose what a network is trained on and how.
package protocol

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Flags are a preset and what the command line overrides of it.
type Flags struct {
	preset      string
	override    live.Protocol
	adversarial adversarial
}

// Preset is the name of the preset.
func (o *Flags) Preset() string { return o.preset }

// Register adds the flags of data, network and training.
func (o *Flags) Register(f *pflag.FlagSet) {
	f.StringVar(&o.preset, "preset", "micro", strings.Join(live.Presets(), ", ")+": data, network, training and attacks")
	for _, v := range o.overrides() {
		v.register(f)
	}
	o.adversarial.register(f)
}

// override is a flag that replaces a field of the preset.
type override struct {
	name     string
	register func(*pflag.FlagSet)
	apply    func(*live.Protocol)
}

func (o *Flags) overrides() []override {
	p := &o.override
	return []override{
		text("dataset", "images: "+dataset.Embedded+", cifar10:FILE[,FILE], cifar100:FILE[,FILE], idx:DIR or folder:DIR", func(p *live.Protocol) *string { return &p.Dataset }, p),
		text("val", "validation images: train:SHARE or test:SHARE of that part, or none", func(p *live.Protocol) *string { return &p.Val }, p),
		whole("image", "resize images to this side, a multiple of 4", func(p *live.Protocol) *int { return &p.Image }, p),
		whole("channels", "channels of the first stage, C", func(p *live.Protocol) *int { return &p.Channels }, p),
		whole("cells", "cells in a stage, N", func(p *live.Protocol) *int { return &p.Cells }, p),
		whole("epochs", "passes over the training images", func(p *live.Protocol) *int { return &p.Training.Epochs }, p),
		whole("batch", "images a step", func(p *live.Protocol) *int { return &p.Training.Batch }, p),
		real("lr", "highest learning rate", func(p *live.Protocol) *float64 { return &p.Training.LearningRate }, p),
		real("warmup", "share of the steps over which the learning rate rises", func(p *live.Protocol) *float64 { return &p.Training.Warmup }, p),
		real("momentum", "momentum", func(p *live.Protocol) *float64 { return &p.Training.Momentum }, p),
		real("weight-decay", "weight decay, on every parameter", func(p *live.Protocol) *float64 { return &p.Training.WeightDecay }, p),
		real("label-smoothing", "share of the target that is spread over all classes", func(p *live.Protocol) *float64 { return &p.Training.Smoothing }, p),
		whole("crop", "pixels around an image before a random crop of its size", func(p *live.Protocol) *int { return &p.Training.Augmentation.Crop }, p),
		truth("flip", "mirror half of the images", func(p *live.Protocol) *bool { return &p.Training.Augmentation.Flip }, p),
		truth("nesterov", "Nesterov's momentum", func(p *live.Protocol) *bool { return &p.Training.Nesterov }, p),
	}
}

func text(name, usage string, field func(*live.Protocol) *string, p *live.Protocol) override {
	return override{name, func(f *pflag.FlagSet) { f.StringVar(field(p), name, "", usage+" (preset)") }, func(to *live.Protocol) { *field(to) = *field(p) }}
}

func whole(name, usage string, field func(*live.Protocol) *int, p *live.Protocol) override {
	return override{name, func(f *pflag.FlagSet) { f.IntVar(field(p), name, 0, usage+" (preset)") }, func(to *live.Protocol) { *field(to) = *field(p) }}
}

func real(name, usage string, field func(*live.Protocol) *float64, p *live.Protocol) override {
	return override{name, func(f *pflag.FlagSet) { f.Float64Var(field(p), name, 0, usage+" (preset)") }, func(to *live.Protocol) { *field(to) = *field(p) }}
}

func truth(name, usage string, field func(*live.Protocol) *bool, p *live.Protocol) override {
	return override{name, func(f *pflag.FlagSet) { f.BoolVar(field(p), name, false, usage+" (preset)") }, func(to *live.Protocol) { *field(to) = *field(p) }}
}

// Resolve returns the preset with what the flags override. Its errors are mistakes in the command line.
func (o *Flags) Resolve(f *pflag.FlagSet) (live.Protocol, error) {
	p, err := live.Preset(o.preset)
	if err != nil {
		return p, usage.Mark(err)
	}
	for _, v := range o.overrides() {
		if f.Changed(v.name) {
			v.apply(&p)
		}
	}
	if err := o.adversarial.apply(f, &p.Training.Adversarial); err != nil {
		return p, usage.Mark(err)
	}
	if p.Dataset == "" {
		return p, usage.Mark(fmt.Errorf("preset %s needs --dataset, for example cifar10:data_batch_1.bin,test_batch.bin", o.preset))
	}
	return p, usage.Mark(p.Validate())
}

// Kernel returns the arithmetic that NASSEARCH_KERNEL names, or the fastest.
func Kernel() (*kernel.Kernel, error) {
	k, err := kernel.Choose(os.Getenv("NASSEARCH_KERNEL"))
	if err != nil {
		return nil, usage.Mark(fmt.Errorf("NASSEARCH_KERNEL: %w", err))
	}
	return k, nil
}
