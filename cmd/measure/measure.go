// Package measure has the command that takes measures of networks besides accuracies: of one, or of all.
package measure

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// options are the command's flags.
type options struct {
	*program.Program
	protocol protocol.Flags
	weights  weights.Flags // of those made elsewhere
	flags    *pflag.FlagSet

	metrics string
	seed    uint64

	all            bool // every class
	out, archs     string
	limit, workers int

	part string // of one network
}

// parts are those that one network may be measured on.
var parts = []string{"train", "val", "test"}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p, protocol: protocol.Flags{Known: p.Known}}
	cmd := &cobra.Command{
		Use:   "measure WEIGHTS|ARCH|INDEX",
		Short: "Take measures of one network or of all: gradients, Jacobians, zero-cost scores",
		Long: `measure takes numbers that networks have besides accuracies: norms of Jacobians and Hessians, and scores that
cost no training. A file of weights is measured as it is; of a cell, its text or index, the weights that --seed draws.
Both are measured on images for training, the first 64 of them (--measure-images).

With --all it measures every class of the space (6,466 of them) on weights that --seed draws, by all measures that make
sense of these, and writes a table, which --data reads. What was measured is kept beside it, class by class, in a file
that ends in .jsonl: the same command continues after any interruption.`,
		Example: `  nassearch measure 1462
  nassearch measure weights.safetensors --metrics 'jacobian*,hessian*'
  nassearch measure 1462 --preset nasbench201 --dataset cifar10:data_batch_1.bin -o json
  nassearch measure --all --out measures.csv
  nassearch measure --all --metrics synflow,nwot --limit 500 --out few.csv`,
		Args: usage.Args(0, 1, "a weights file, a cell's text or index, or --all"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case o.all == (len(args) > 0):
				return usage.Mark(errors.New("want either one network (a weights file, a cell's text or its index) or --all"))
			case o.all:
				return o.survey(cmd.Context())
			}
			return o.one(cmd.Context(), args[0])
		},
	}
	o.register(cmd)
	p.Tables.LeaveValues(cmd)
	return cmd
}

func (o *options) register(cmd *cobra.Command) {
	f := cmd.Flags()
	o.flags = f
	o.protocol.RegisterNetwork(f)
	protocol.DeclareMeasure(f)
	f.Uint64("sample-seed", 0, protocol.SampleSeedUsage)
	f.StringVar(&o.metrics, "metrics", "", "measures with commas between them, * for any text (default: all; with --all "+
		"those that make sense of weights that were not trained)")
	f.Uint64Var(&o.seed, "seed", 1, "of a cell's weights, and of what measures draw")
	f.BoolVar(&o.all, "all", false, "measure every class of the space")
	f.StringVar(&o.out, "out", "", "with --all: the table, a .csv; what was measured is kept beside it in a .jsonl")
	files.Writes(f, "out", "csv")
	f.IntVar(&o.limit, "limit", 0, "with --all: only so many classes, a random sample (0: all)")
	f.StringVar(&o.archs, "archs", "",
		"with --all: only the architectures in this file, one a line: text, native index or #id")
	files.Reads(f, "archs", "txt")
	f.IntVar(&o.workers, "workers", 0,
		"with --all: networks measured at the same time; changes nothing but time (0: one a core)")
	usage.Choice(cmd, &o.part, "part", parts, "images that one network is measured on: train, val or test")
	o.weights.Register(f, o.Tables.Cell)
}

// only returns a mistake if flags were given that have a meaning with another use of the command alone.
func (o *options) only(use string, flags ...string) error {
	for _, flag := range flags {
		if o.Given(flag) {
			return usage.Mark(fmt.Errorf("--%s has no meaning %s", flag, use))
		}
	}
	return nil
}

// chosen returns the measures that --metrics names, in the order of the list; without it those that are usual.
func (o *options) chosen(usual func(measure.Measure) bool) (chosen measure.Catalogue, err error) {
	known := o.Known.Measures
	if o.metrics == "" {
		for _, m := range known {
			if usual(m) {
				chosen = append(chosen, m)
			}
		}
		return chosen, nil
	}
	for item := range strings.SplitSeq(o.metrics, ",") {
		some, err := like(known, strings.TrimSpace(item))
		if err != nil {
			return nil, usage.Mark(fmt.Errorf("--metrics %q: %w", o.metrics, err))
		}
		for _, m := range some {
			if _, there := chosen.Find(m.Name); !there {
				chosen = append(chosen, m)
			}
		}
	}
	return chosen, nil
}

// like returns the measures of a name, in which * stands for any text.
func like(known measure.Catalogue, name string) (some measure.Catalogue, err error) {
	names := names(known)
	for _, m := range known {
		ok, err := path.Match(name, m.Name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if ok {
			some = append(some, m)
		}
	}
	if len(some) == 0 {
		err = fmt.Errorf("no measure %q: there are %s%s", name, strings.Join(names, " "), nearest.Hint(name, names))
	}
	return some, err
}

func names(all measure.Catalogue) []string {
	return usage.Names(all, func(m measure.Measure) string { return m.Name })
}

// unread returns a mistake if flags of tables or of weights made elsewhere are given, which nothing is read of.
func (o *options) unread(made string) error {
	return cmp.Or(o.weights.Idle(made), o.Tables.Unread(o.Env))
}

// untrained lists measures that say little of weights that were not trained.
func untrained(all measure.Catalogue) []string {
	return names(slices.DeleteFunc(slices.Clone(all), func(m measure.Measure) bool { return !m.Needs.Trained }))
}

// enough returns a mistake if a part of the images has fewer than asked for.
func enough(how live.Protocol, part string, set *dataset.Set) error {
	if err := how.Enough(part, set); err != nil {
		return usage.Mark(fmt.Errorf("--measure-images: %w", err))
	}
	return nil
}
