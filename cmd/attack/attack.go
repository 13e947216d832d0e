// Package attack has the command that judges one network by attacking it.
package attack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/wrap"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Command returns the command. A progress bar goes to the error output if that is a terminal.
func Command(of *program.Program) *cobra.Command {
	p := &plan{Program: of}
	cmd := &cobra.Command{
		Use:   "attack WEIGHTS|ARCH|INDEX",
		Short: "Measure how accurate one network stays under attack, and under corruptions",
		Long: `
Attack one network and report its accuracy on clean images, under each attack at each eps, and in the worst case of
all attacks, image by image; with --certify, also the accuracy that no perturbation within an L2 radius takes away,
with --corruptions that on corrupted images, at each severity.

The network is a safetensors file. One that nassearch wrote says what it is; for one made elsewhere --arch, --channels,
--cells, --mean and --std do. It may also be an ONNX file of 'nassearch export-network'. A cell's text or its native
index is trained first, by --preset.

`[1:] + about(p.Known.Attacks.Names()),
		Example: `  nassearch attack weights.safetensors --attacks fgsm,pgd,aa --eps 1/255,2/255
  nassearch attack 1462 --save weights.safetensors --save-images pictures
  nassearch attack weights.safetensors --certify --sigma 0.25 --certify-curve curve.svg
  nassearch attack weights.safetensors --corruptions all --attacks none
  nassearch attack resnet.safetensors --arch 9381 --channels 16 --cells 1 --mean 0.4914,0.4822,0.4465 \
    --std 0.247,0.2435,0.2616 --dataset cifar10:test_batch.bin --norm L2 --eps 0.5`,
		Args: usage.Args(1, 1, "a weights file, or a cell's text or index"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.check(); err != nil {
				return err
			}
			return p.run(cmd.Context(), args[0])
		},
	}
	p.register(cmd)
	p.Tables.LeaveValues(cmd)
	return cmd
}

// about is a paragraph on the attacks.
func about(attacks []string) string {
	others := slices.DeleteFunc(attacks, func(name string) bool { return name == "aa" })
	text := "Attacks: " + strings.Join(others, ", ") + ", and aa, which is standard AutoAttack. An attack runs only on " +
		"images that are still classified correctly. The result depends on --seed, and not on --workers or --threads."
	return strings.Join(wrap.Lines(text, 120), "\n")
}

func (p *plan) run(ctx context.Context, arg string) error {
	start := time.Now()
	k, err := p.protocol.Kernel.Choose()
	if err != nil {
		return err
	}
	p.kernel = k
	pictures, err := newGallery(p.saveImages, p.pictures)
	if err != nil {
		return err
	}
	defer pictures.discard()
	s, err := p.open(ctx, arg)
	if err != nil {
		return err
	}
	for _, w := range p.doubts(s) {
		p.Log.Warn(w)
	}
	report, spoilt, effort, err := p.evaluate(ctx, s, k, pictures)
	if err != nil {
		return err
	}
	found, err := newOutcome(p, s, report)
	if err != nil {
		return err
	}
	var uncertain error // which leaves what the attacks have found
	found.Certified, uncertain = p.certify(ctx, s, k)
	found.Corruptions, found.CorruptionAcc = spoilt, mean(spoilt)
	found.Kernel, found.Networks, found.Seconds = k.Name, effort.networks, time.Since(start).Seconds()
	// A result that took long to measure is printed even if what belongs to it cannot be written.
	found.saved, err = pictures.write(s.set)
	if p.Out.Bare() {
		for _, text := range found.Warnings {
			p.Log.Warn(text)
		}
	}
	result := output.Document{Text: found.text, CSV: found.csv, JSON: found}
	return errors.Join(p.Out.Deliver(result, p.Stderr), err, s.unsaved, uncertain, found.Certified.failure())
}

// effort is what computes: networks side by side on the same weights, each in so many goroutines.
type effort struct{ networks, threads int }

// effort fills the cores with networks, as long as each has whole batches, and gives cores that are left to them.
func (p *plan) effort(jobs int) effort {
	cores := runtime.GOMAXPROCS(0)
	e := effort{p.workers, p.threads}
	if e.networks == 0 {
		e.networks = max(1, min(cores, (jobs+kernel.Lanes-1)/kernel.Lanes))
	}
	if e.threads == 0 {
		e.threads = max(1, cores/e.networks)
	}
	return e
}

func (p *plan) evaluate(
	ctx context.Context, s *subject, k *kernel.Kernel, pictures *gallery,
) (*robustness.Report, []corrupted, effort, error) {
	e := p.effort(s.sample.Images * max(1, len(p.methods)*len(p.threats)))
	models, closeAll, err := networks(s.weights, e, k)
	if err != nil {
		return nil, nil, e, err
	}
	defer closeAll()
	bar := progress.New(p.Stderr)
	defer bar.Close()
	report, err := robustness.Evaluation{
		Methods: p.methods, Threats: p.threats, Seed: p.seed, Batch: kernel.Lanes,
		Progress: show(bar), Found: pictures.add,
	}.Run(ctx, models, trainer.Images(s.set, 0, s.sample.Images), s.set.Labels[:s.sample.Images])
	var spoilt []corrupted
	if err == nil {
		spoilt, err = p.corruptions.measure(ctx, s, models, bar)
	}
	if err != nil && context.Cause(ctx) == nil {
		err = fmt.Errorf("attacking %s: %w", cmp.Or(s.file, string(s.weights.Cell.Arch())), err)
	}
	return report, spoilt, e, err
}

// networks returns networks that share the weights.
func networks(w *trainer.Weights, e effort, k *kernel.Kernel) (models []robustness.Model, closeAll func(), err error) {
	var all []*trainer.Network
	closeAll = func() {
		for _, n := range all {
			n.Close() // frees memory; the results are there
		}
	}
	for range e.networks {
		n, err := trainer.NewNetwork(w, kernel.Lanes, trainer.Engine{Kernel: k, Threads: e.threads})
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		all, models = append(all, n), append(models, n)
	}
	return models, closeAll, nil
}

// show follows an evaluation: first the clean images, then the attacks.
func show(bar *progress.Bar) func(robustness.Progress) {
	under := ""
	return func(p robustness.Progress) {
		what := "clean image"
		if p.Attacking {
			what = "attack"
		}
		if what != under {
			under = what
			bar.Start(what, 0, p.Jobs)
		}
		bar.Set(p.Done, "%d fell", p.Fallen)
	}
}
