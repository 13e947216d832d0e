// Package protocol has the flags by which commands choose what a network is trained on and how, and how it is attacked.
package protocol

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Flags are a preset and what the command line overrides of it.
type Flags struct {
	Methods robustness.Catalogue // that the protocol's attacks are of

	preset      string
	overrides   []override[live.Protocol]
	adversarial adversarial
}

// Preset is the name of the preset.
func (o *Flags) Preset() string { return o.preset }

// Register adds the flags of data, network and training.
func (o *Flags) Register(f *pflag.FlagSet) {
	f.StringVar(&o.preset, "preset", "micro", strings.Join(live.Presets(), ", ")+": data, network, training and attacks")
	o.add(f, training())
	o.adversarial.register(f)
}

// RegisterAttacks adds the flags of attacks.
func (o *Flags) RegisterAttacks(f *pflag.FlagSet) { o.add(f, attacks()) }

func (o *Flags) add(f *pflag.FlagSet, list []override[live.Protocol]) {
	registerAll(f, list, live.Protocol{}, " (preset)")
	o.overrides = append(o.overrides, list...)
}

// Resolve returns the preset with what the flags override, and with images. Its errors are mistakes in the command
// line.
func (o *Flags) Resolve(f *pflag.FlagSet) (live.Protocol, error) {
	p, err := o.Protocol(f)
	if err == nil && p.Dataset == "" {
		err = usage.Mark(fmt.Errorf("preset %s needs --dataset, for example %s", o.preset,
			"cifar10:data_batch_1.bin,test_batch.bin"))
	}
	return p, err
}

// Protocol is Resolve for commands that need no images.
func (o *Flags) Protocol(f *pflag.FlagSet) (live.Protocol, error) {
	p, err := live.Preset(o.preset)
	if err == nil {
		err = applyAll(f, o.overrides, &p)
	}
	if err == nil {
		err = o.adversarial.apply(f, &p.Training.Adversarial)
	}
	if err == nil {
		err = p.Validate(o.Methods)
	}
	return p, usage.Mark(err)
}

// Overridden lists what the flags override as "lr=0.05", by name.
func (o *Flags) Overridden(f *pflag.FlagSet) (list []string) {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	registerAll(own, o.overrides, live.Protocol{}, "")
	new(adversarial).register(own)
	own.VisitAll(func(v *pflag.Flag) {
		if f.Changed(v.Name) {
			list = append(list, v.Name+"="+f.Lookup(v.Name).Value.String())
		}
	})
	return list
}

// training overrides data, network and training.
func training() []override[live.Protocol] {
	return []override[live.Protocol]{
		text("dataset", "images: "+dataset.Embedded+", cifar10:FILE[,FILE], cifar100:FILE[,FILE], idx:DIR or folder:DIR",
			func(p *live.Protocol) *string { return &p.Dataset }),
		text("val", "validation images: train:SHARE or test:SHARE of that part, or none",
			func(p *live.Protocol) *string { return &p.Val }),
		whole("image", "resize images to this side, a multiple of 4", func(p *live.Protocol) *int { return &p.Image }),
		whole("channels", "channels of the first stage, C", func(p *live.Protocol) *int { return &p.Channels }),
		whole("cells", "cells in a stage, N", func(p *live.Protocol) *int { return &p.Cells }),
		whole("epochs", "passes over the training images", func(p *live.Protocol) *int { return &p.Training.Epochs }),
		whole("batch", "images a step", func(p *live.Protocol) *int { return &p.Training.Batch }),
		real("lr", "highest learning rate", func(p *live.Protocol) *float64 { return &p.Training.LearningRate }),
		real("warmup", "share of the steps over which the learning rate rises",
			func(p *live.Protocol) *float64 { return &p.Training.Warmup }),
		real("momentum", "momentum", func(p *live.Protocol) *float64 { return &p.Training.Momentum }),
		real("weight-decay", "weight decay, on every parameter",
			func(p *live.Protocol) *float64 { return &p.Training.WeightDecay }),
		real("label-smoothing", "share of the target that is spread over all classes",
			func(p *live.Protocol) *float64 { return &p.Training.Smoothing }),
		whole("crop", "pixels around an image before a random crop of its size",
			func(p *live.Protocol) *int { return &p.Training.Augmentation.Crop }),
		truth("flip", "mirror half of the images", func(p *live.Protocol) *bool { return &p.Training.Augmentation.Flip }),
		truth("nesterov", "Nesterov's momentum", func(p *live.Protocol) *bool { return &p.Training.Nesterov }),
	}
}

// attacks overrides attacks.
func attacks() []override[live.Protocol] {
	samples := whole("samples", "images that are attacked, the first ones; 0: all",
		func(p *live.Protocol) *int { return &p.Sample })
	set := samples.apply
	samples.apply = func(p *live.Protocol, f *pflag.FlagSet, name string) error {
		if err := set(p, f, name); err != nil {
			return err
		}
		if p.Sample < 0 {
			return fmt.Errorf("%d: want a number of images, or 0 for all", p.Sample)
		}
		for i := range p.Attacks {
			p.Attacks[i].Images = p.Sample
		}
		return nil
	}
	all := []override[live.Protocol]{samples}
	for _, v := range pgd() {
		register := func(f *pflag.FlagSet, name, usage string, _ *live.Protocol) {
			v.register(f, name, usage, new(robustness.PGD))
		}
		apply := func(p *live.Protocol, f *pflag.FlagSet, name string) error { return v.apply(pgdOf(p), f, name) }
		all = append(all, override[live.Protocol]{v.name, v.usage, register, apply})
	}
	return all
}

// pgdOf returns a preset's settings of pgd, which all have.
func pgdOf(p *live.Protocol) *robustness.PGD {
	i := slices.IndexFunc(p.Attacks, func(a live.Attack) bool { return a.PGD != nil })
	return p.Attacks[i].PGD
}

// Explain adds to an error of opening a lab which flag mends it.
func Explain(err error) error {
	var bad *trainer.SpecError
	if errors.As(err, &bad) && bad.Field == "image side" {
		return usage.Mark(fmt.Errorf("%w; --image resizes the images", err))
	}
	var protocol *live.ProtocolError
	if errors.As(err, &protocol) && protocol.Field == "validation images" {
		return usage.Mark(fmt.Errorf("%w; --val says where they come from", err))
	}
	return err
}

// Kernel returns the arithmetic that NASSEARCH_KERNEL names, or the fastest.
func Kernel() (*kernel.Kernel, error) {
	k, err := kernel.Choose(os.Getenv("NASSEARCH_KERNEL"))
	if err != nil {
		return nil, usage.Mark(fmt.Errorf("NASSEARCH_KERNEL: %w", err))
	}
	return k, nil
}
