// Package protocol has the flags by which commands choose what a network is trained on and how, and how it is attacked.
package protocol

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Flags are a preset and what the command line overrides of it.
type Flags struct {
	Known   objective.Catalogue // that the protocol's attacks and corruptions are of
	Preset  string              // its name
	Dataset string              // images in place of the preset's, for commands without a --dataset of their own
	Kernel  Kernel

	flags       *pflag.FlagSet
	adversarial adversarial
}

// Register adds the flags of data, network and training to a command.
func (o *Flags) Register(f *pflag.FlagSet) {
	DeclareDataset(f, new(string), "")
	o.register(f)
}

// RegisterNetwork adds the flags of data and network to a command that trains nothing.
func (o *Flags) RegisterNetwork(f *pflag.FlagSet) {
	o.flags, o.adversarial.eps = f, usualEps.String()
	f.StringVar(&o.Preset, "preset", "micro", strings.Join(live.Presets(), ", ")+": data and network")
	DeclareDataset(f, new(string), "")
	declareNetwork(f, new(live.Protocol))
}

// RegisterSearch adds the flags that a search has, with those of attacks and without --dataset.
func (o *Flags) RegisterSearch(f *pflag.FlagSet) {
	o.register(f)
	f.Int("samples", 0, "images that are attacked or corrupted, the first ones; 0: all (preset)")
	f.Uint64("sample-seed", 0, SampleSeedUsage)
	DeclareMeasure(f)
	declarePGD(f, "pgd-", new(robustness.PGD), " (preset)")
	RegisterCertification(f)
	o.RegisterFolders(f)
}

func (o *Flags) register(f *pflag.FlagSet) {
	o.flags = f
	f.StringVar(&o.Preset, "preset", "micro", strings.Join(live.Presets(), ", ")+": data, network, training and attacks")
	declare(f, new(live.Protocol))
	o.adversarial.register(f)
	o.Kernel.Register(f)
}

// Resolve returns the preset with what the flags override, and with images. Its errors are mistakes in the command
// line.
func (o *Flags) Resolve() (live.Protocol, error) {
	p, err := o.Protocol()
	if err == nil && p.Dataset == "" {
		err = usage.Mark(fmt.Errorf("preset %s needs --dataset, for example %s", o.Preset,
			"cifar10:data_batch_1.bin,test_batch.bin"))
	}
	return p, err
}

// Protocol is Resolve for commands that need no images.
func (o *Flags) Protocol() (live.Protocol, error) {
	p, err := live.Preset(o.Preset)
	p.Dataset = cmp.Or(o.Dataset, p.Dataset)
	p = o.Over(p)
	if err == nil {
		err = o.attacks(&p)
	}
	if err == nil {
		err = CheckFolders(corrupt.Folders{Frost: p.Frost, Released: p.Corrupted})
	}
	if err == nil {
		err = o.adversarial.apply(o.flags, &p.Training.Adversarial)
	}
	if usual := p.Certified(); Certification(o.flags, usual) != usual {
		p.Certification = Certification(o.flags, usual)
	}
	if err == nil {
		err = p.Validate(o.Known)
	}
	return p, usage.Mark(err)
}

// Over returns a protocol with what the flags of data, network and training override.
func (o *Flags) Over(p live.Protocol) live.Protocol {
	override(o.flags, func(f *pflag.FlagSet) {
		DeclareDataset(f, &p.Dataset, p.Dataset)
		declare(f, &p)
		declareFolders(f, &p)
	})
	return p
}

// attacks changes a preset's attacks by the flags, where there are any.
func (o *Flags) attacks(p *live.Protocol) (err error) {
	if o.flags.Changed("sample-seed") {
		p.SampleSeed = must(o.flags.GetUint64("sample-seed"))
	}
	if o.flags.Changed("samples") {
		p.Sample = must(o.flags.GetInt("samples"))
		if p.Sample < 0 {
			return fmt.Errorf("--samples %d: want a number of images, or 0 for all", p.Sample)
		}
		for i := range p.Attacks {
			p.Attacks[i].Images = p.Sample
		}
	}
	if p.MeasureImages, err = MeasureImages(o.flags); err != nil {
		return err
	}
	i := slices.IndexFunc(p.Attacks, func(a live.Attack) bool { return a.PGD != nil }) // all presets have it
	*p.Attacks[i].PGD, err = PGD(o.flags, *p.Attacks[i].PGD)
	return err
}

// Samples is how many images are to be attacked by the flag, 0 if it was not given or says all.
func (o *Flags) Samples() int {
	if !o.flags.Changed("samples") {
		return 0
	}
	return must(o.flags.GetInt("samples"))
}

// Overridden lists what the flags of data, network and training override as "lr=0.05", by name, but for those that are
// named. The kernel is none of them.
func (o *Flags) Overridden(but ...string) (list []string) {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	new(Flags).Register(own)
	own.VisitAll(func(v *pflag.Flag) {
		if v.Name != "preset" && v.Name != "kernel" && o.flags.Changed(v.Name) && !slices.Contains(but, v.Name) {
			list = append(list, v.Name+"="+o.flags.Lookup(v.Name).Value.String())
		}
	})
	return list
}

// DeclareDataset declares the flag that names images. Without a usual name they are those of a preset.
func DeclareDataset(f *pflag.FlagSet, to *string, usual string) {
	about := "images: " + dataset.Embedded + ", cifar10:FILE[,FILE], cifar100:FILE[,FILE], idx:DIR or folder:DIR"
	if usual == "" {
		about += " (preset)"
	}
	f.StringVar(to, "dataset", usual, about)
	files.ReadsKind(f, "dataset")
}

// declareNetwork declares the flags of data and network, which set fields of a protocol.
func declareNetwork(f *pflag.FlagSet, p *live.Protocol) {
	f.StringVar(&p.Val, "val", p.Val, "validation images: train:SHARE or test:SHARE of that part, or none (preset)")
	f.IntVar(&p.Image, "image", p.Image, "resize images to this side, a multiple of 4 (preset)")
	f.IntVar(&p.Channels, "channels", p.Channels, "channels of the first stage, C (preset)")
	f.IntVar(&p.Cells, "cells", p.Cells, "cells in a stage, N (preset)")
}

// declare declares the flags of data, network and training, which set fields of a protocol.
func declare(f *pflag.FlagSet, p *live.Protocol) {
	declareNetwork(f, p)
	t := &p.Training
	f.IntVar(&t.Epochs, "epochs", t.Epochs, "passes over the training images (preset)")
	f.IntVar(&t.Batch, "batch", t.Batch, "images a step (preset)")
	f.Float64Var(&t.LearningRate, "lr", t.LearningRate, "highest learning rate (preset)")
	f.Float64Var(&t.Warmup, "warmup", t.Warmup, "share of the steps over which the learning rate rises (preset)")
	f.Float64Var(&t.Momentum, "momentum", t.Momentum, "momentum (preset)")
	f.Float64Var(&t.WeightDecay, "weight-decay", t.WeightDecay, "weight decay, on every parameter (preset)")
	f.Float64Var(&t.Smoothing, "label-smoothing", t.Smoothing,
		"share of the target that is spread over all classes (preset)")
	f.IntVar(&t.Augmentation.Crop, "crop", t.Augmentation.Crop,
		"pixels around an image before a random crop of its size (preset)")
	f.BoolVar(&t.Augmentation.Flip, "flip", t.Augmentation.Flip, "mirror half of the images (preset)")
	f.Float64Var(&t.Noise, "noise", t.Noise,
		"train on images under Gaussian noise of this standard deviation, such as 0.25, with pixels in [0,1] (preset)")
	f.BoolVar(&t.Nesterov, "nesterov", t.Nesterov, "Nesterov's momentum (preset)")
}

// override sets the fields of the flags that were given. The function declares all of them, with their fields.
func override(given *pflag.FlagSet, declare func(*pflag.FlagSet)) {
	to := pflag.NewFlagSet("", pflag.ContinueOnError)
	to.SortFlags = false // the later of two flags that set the same counts
	declare(to)
	to.VisitAll(func(f *pflag.Flag) {
		if given.Changed(f.Name) {
			if err := f.Value.Set(given.Lookup(f.Name).Value.String()); err != nil {
				panic(err) // it is the text of a value of this type
			}
		}
	})
}

// must returns the value of a flag that is declared with that type.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Lab opens a protocol's lab, and says of an error which flag mends it.
func (o *Flags) Lab(p live.Protocol, k *kernel.Kernel, threads int) (*live.Lab, error) {
	lab, err := live.NewLab(p, o.Known, k)
	if bad, ok := errors.AsType[*trainer.SpecError](err); ok && bad.Field == "image side" {
		return nil, usage.Mark(fmt.Errorf("%w; --image resizes the images", err))
	}
	if bad, ok := errors.AsType[*live.ProtocolError](err); ok && bad.Field == "validation images" {
		return nil, usage.Mark(fmt.Errorf("%w; --val says where they come from", err))
	}
	if err == nil {
		lab.Threads = threads
	}
	return lab, err
}

// Train trains a network to the end, under a bar, and calls a function after every step.
func Train(ctx context.Context, w io.Writer, r *trainer.Run, each func(trainer.Progress) error) error {
	bar := progress.New(w)
	defer bar.Close()
	bar.Start("training step", r.Step(), r.Steps())
	return r.Train(ctx, func(p trainer.Progress) error {
		bar.Set(p.Step, "loss %.3f", p.Loss)
		return each(p)
	})
}

// Count is how many images a part of a data set has, in words; nil stands for a part that is not there.
func Count(s *dataset.Set) string {
	if s == nil {
		return "no"
	}
	return numeral.Thousands(s.Len())
}
