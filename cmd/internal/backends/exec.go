package backends

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/depends"
	"github.com/nassearch/nassearch/internal/words"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// Exec returns the backend that is a program in any language, which measures metrics that are known or its own, within
// a limit.
func Exec(known objective.Catalogue, limit *Limit) backend.Backend {
	return backend.Backend{
		Name: "exec", About: ", a program of your own in any language", Note: "; docs/any-trainer.md",
		Describing: []string{"metric"}, Apart: []string{"slots", "trials"},
		New: func(f *pflag.FlagSet) backend.Measurer {
			p := &program{known: known, limit: limit}
			p.register(f)
			return p
		},
	}
}

// What a program is given: to end when it is asked to, and where it is preempted.
const (
	grace    = 10 * time.Second
	attempts = 10
	pause    = time.Second
)

// program is a user's own, with the flags of a search.
type program struct {
	known objective.Catalogue
	limit *Limit

	command, serve string
	metrics        []string
	depends        string
	slots          string
	folder         string
	cost           time.Duration
	fidelities     string

	shared *external.Slots // of all evaluators
}

func (p *program) register(f *pflag.FlagSet) {
	f.StringVar(&p.command, "command", "", "program with its arguments that measures a trial, such as 'python train.py'")
	f.StringVar(&p.serve, "serve-command", "", "program that stays, and measures one trial after the other; in place of "+
		"--command")
	f.StringArrayVar(&p.metrics, "metric", nil, "what the program measures, such as pgd_acc@8/255, or a name of its own "+
		"with a goal, latency:min; may be repeated (default: the objective)")
	f.StringVar(&p.depends, "depends", "", "files and folders that values follow from, with commas: a study is not "+
		"continued with changed ones; none: none (default: the words of the command that are files)")
	f.StringVar(&p.slots, "slots", "", "where trials run, one at a time in each, with commas: cuda:0,cuda:1 gives each a "+
		"card of its own; other names are told in NASSEARCH_SLOT")
	f.StringVar(&p.folder, "trials", "", "folder for those of trials, with their logs (default: beside the study's file; "+
		"without one they are temporary)")
	f.DurationVar(&p.cost, "trial-cost", time.Hour, "simulated time of a full training; a shorter one costs its share")
	f.StringVar(&p.fidelities, "trial-fidelities", "", "shares of the full training that the program can be asked for, "+
		"with commas, such as 1/16,1/4, beside 1")
	p.limit.Register(f)
	files.Fills(f, "trials")
}

// Open returns what the program can be asked for.
func (p *program) Open(_ context.Context, ask backend.Ask) (*backend.Problem, error) {
	c, err := p.config(ask)
	if err != nil {
		return nil, usage.Mark(err)
	}
	e, err := external.New(c)
	if err != nil {
		return nil, usage.Mark(err)
	}
	sp := c.Space.(nasbench201.Space)
	about := fmt.Sprintf("%s: %s", e.Program(), strings.Join(objective.Names(c.Metrics), ", "))
	return &backend.Problem{
		Space: sp, Evaluator: e, About: about, Dataset: ask.Dataset,
		Window: liveWindow, Workers: max(1, len(p.names())), Slow: true, Status: e.Status,
		Report: func(_ context.Context, r search.Result) (report.Context, error) {
			return execReport(about, sp, ask.Dataset, r)
		},
	}, nil
}

// names are those of the slots, which config has checked.
func (p *program) names() []string {
	names, _ := external.ParseSlots(p.slots)
	return names
}

// config reads the flags.
func (p *program) config(ask backend.Ask) (c external.Config, err error) {
	c = external.Config{
		Command: p.command, Stays: p.serve != "", Cost: p.cost, Grace: grace, Attempts: attempts, Pause: pause,
		Folder: p.folder, Say: func(text string) { ask.Log.Warn(text, zap.String("from", "trial")) },
	}
	switch {
	case p.command == "" && p.serve == "":
		return c, errors.New("--backend exec asks a program: name it by --command, such as --command 'python train.py', " +
			"or, if it stays, by --serve-command")
	case p.command != "" && p.serve != "":
		return c, errors.New("--command and --serve-command: want one of them")
	case p.cost <= 0:
		return c, fmt.Errorf("--trial-cost %v: want a time such as 1h", p.cost)
	case c.Stays:
		c.Command = p.serve
	}
	if c.Folder == "" {
		c.Folder = ask.Trials
	}
	if c.Timeout, err = p.limit.Time(); err != nil {
		return c, err
	}
	if c.Fidelities, err = p.shares(); err != nil {
		return c, err
	}
	if c.Metrics, c.Objective, err = p.wanted(ask); err != nil {
		return c, err
	}
	if c.Depends, err = p.digests(c.Command, ask.Trials, c.Folder); err != nil {
		return c, err
	}
	if c.Slots, err = p.places(); err != nil {
		return c, err
	}
	c.Space, err = benchmark(ask.Dataset)
	return c, err
}

// digests are those of the files that the program's values follow from, which no search writes into.
func (p *program) digests(line string, written ...string) (map[string]string, error) {
	command, err := words.Command(line, "--command 'python train.py'")
	if err != nil {
		return nil, fmt.Errorf("the program's command: %w", err)
	}
	for _, path := range written {
		if folder, holds := depends.Holds(p.depends, path); holds {
			return nil, fmt.Errorf("--depends %s: %s is written there, which would change it: name the files that values "+
				"follow from, or write elsewhere", folder, path)
		}
	}
	sums, err := depends.Digests(command, p.depends)
	if err != nil {
		return nil, fmt.Errorf("--depends: %w", err)
	}
	return sums, nil
}

// places are the slots, the same for all evaluators.
func (p *program) places() (*external.Slots, error) {
	names, err := external.ParseSlots(p.slots)
	if err != nil {
		return nil, fmt.Errorf("--slots: %w", err)
	}
	if p.shared == nil {
		p.shared = external.NewSlots(names...)
	}
	return p.shared, nil
}

// shares reads --trial-fidelities, ascending, with the full training.
func (p *program) shares() ([]float64, error) {
	all := []float64{1}
	if p.fidelities == "" {
		return all, nil
	}
	for text := range strings.SplitSeq(p.fidelities, ",") {
		f, err := objective.ParseFidelity(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("--trial-fidelities: %w", err)
		}
		if !slices.ContainsFunc(all, func(there float64) bool { return objective.SameFidelity(there, f) }) {
			all = append(all, f)
		}
	}
	slices.Sort(all)
	return all, nil
}

// TrialsOf is the folder of the trials of what is kept in a file or folder; empty if nothing is kept.
func TrialsOf(kept string) string {
	if kept == "" {
		return ""
	}
	return filepath.Clean(kept) + ".trials"
}

// benchmark is the space of cells in the network of the benchmark for a data set, by which sizes are told.
func benchmark(dataset string) (nasbench201.Space, error) {
	classes, image := 10, 32
	switch dataset {
	case "", "cifar10":
	case "cifar100":
		classes = 100
	case "ImageNet16-120":
		classes, image = 120, 16
	default:
		return nasbench201.Space{}, fmt.Errorf("--dataset %q: with --backend exec it says of which network params and flops "+
			"are: want cifar10, cifar100 or ImageNet16-120; which images there are, the program knows", dataset)
	}
	return nasbench201.New(nasbench201.Benchmark(classes, image))
}
