package searches

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// live is the backend that trains networks.
const live = "live"

// trained begins the fingerprints of what networks that are trained are measured by.
const trained = "live:"

// protocolFlags say which flag of --backend live makes a setting that a journal keeps by name. Those of attacks on
// images are besides.
var protocolFlags = map[string]string{
	"channels": "channels", "cells": "cells", "image": "image", "epochs": "epochs", "batch": "batch",
	"learning_rate": "lr", "warmup": "warmup", "momentum": "momentum", "nesterov": "nesterov",
	"weight_decay": "weight-decay", "label_smoothing": "label-smoothing",
	"augmentation.crop": "crop", "augmentation.flip": "flip",
	"noise": "noise", "adversarial.eps": "adv-eps", "adversarial.steps": "adv-steps",
	"adversarial.step_size": "adv-step-size", "adversarial.random_start": "adv-random-start",
	"pgd.steps": "pgd-steps", "pgd.step_size": "pgd-step-size", "pgd.random_start": "pgd-random-start",
	"pgd.restarts": "pgd-restarts", "pgd.last_point": "pgd-last-point",
	"certified.sigma": "sigma", "certified.n0": "n0", "certified.n": "n", "certified.alpha": "alpha",
	"certified.images": "certify-samples", "sample_seed": "sample-seed", "memory": "memory",
	"kernel": "kernel",
}

// follows says whether what a flag of --backend live decides stands among a study's settings.
func follows(flag string) bool {
	for _, other := range protocolFlags {
		if other == flag {
			return true
		}
	}
	return flag == "samples" || flag == "adversarial"
}

// errNoCommand is of a study that no command line is known to repeat, such as one on images that nobody names.
var errNoCommand = errors.New("nobody knows a command line that repeats the study")

// LiveLine is the command line that makes a study of networks that were trained again, on the images of --dataset or
// those in the program: its flags have been tried before they are told. Given are flags that name where things are.
func LiveLine(ctx context.Context, p *program.Program, r search.Result, given *pflag.FlagSet) (string, error) {
	args, err := liveFlags(ctx, p, r.Study, nil)
	if err != nil {
		return "", err
	}
	got, window, err := liveSettings(ctx, p, r.Study, args)
	if err != nil {
		return "", err
	}
	// Where there are only other kernels a study can be repeated, and differs by rounding.
	want := maps.Clone(r.Study.Settings)
	delete(want, "kernel")
	delete(got, "kernel")
	if !maps.Equal(got, want) {
		return "", errNoCommand
	}
	return line(r, given, window, append([]string{"--backend", live}, args...)...), nil
}

// liveFlags are the flags that turn the settings of the default preset, as other flags change it, into a study's.
func liveFlags(ctx context.Context, p *program.Program, d search.Description, others []string) ([]string, error) {
	usual, _, err := liveSettings(ctx, p, d, others)
	if err != nil {
		return nil, err
	}
	var args []string
	if _, ok := d.Settings["adversarial.steps"]; ok {
		args = append(args, "--adversarial=pgd") // which differs from fast in its settings alone
	}
	for _, name := range slices.Sorted(maps.Keys(d.Settings)) {
		value, flag := d.Settings[name], protocolFlags[name]
		if flag == "" && strings.HasSuffix(name, ".images") {
			flag = "samples"
		}
		if flag == "" || usual[name] == value || flag == "kernel" && !has(value) {
			continue
		}
		if one := "--" + flag + "=" + value; !slices.Contains(args, one) {
			args = append(args, one)
		}
	}
	return args, nil
}

// has says whether the processor has a kernel.
func has(name string) bool {
	_, err := kernel.Choose(name)
	return err == nil
}

// liveSettings are those of a search for what a study searched for, by flags, and how many proposals are in flight.
func liveSettings(
	ctx context.Context, p *program.Program, d search.Description, args []string,
) (settings map[string]string, window int, err error) {
	i := slices.IndexFunc(p.Backends.Registry, func(b backend.Backend) bool { return b.Name == live })
	if i < 0 {
		return nil, 0, errNoCommand
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	training := p.Backends.Registry[i].New(flags)
	if err := flags.Parse(args); err != nil {
		return nil, 0, err
	}
	problem, err := training.Open(ctx, backend.Ask{
		Objective: Briefs(d.Objective), Dataset: p.Tables.Dataset, Given: func(string) bool { return false },
		Log: zap.NewNop(),
	})
	if err != nil {
		return nil, 0, err
	}
	known, ok := problem.Evaluator.(objective.Settings)
	if !ok {
		return nil, 0, errNoCommand
	}
	return known.Settings(), problem.Window, nil
}
