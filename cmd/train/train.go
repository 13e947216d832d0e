// Package train has the command that trains one network.
package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// options are the command's flags.
type options struct {
	*program.Program
	protocol         protocol.Flags
	seed             uint64
	threads, every   int
	save, checkpoint string

	behind error // why the checkpoint is not the run's present state; nil: it is
}

// Command returns the command. A progress bar goes to the error output if that is a terminal.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p, protocol: protocol.Flags{Known: p.Known}}
	cmd := &cobra.Command{
		Use:   "train ARCH|INDEX",
		Short: "Train one network and report its accuracy",
		Long: `Train one network of NAS-Bench-201, given by its text, its native index (0 to 15624), or its released id.

Presets: micro (the data set inside the program: Fashion-MNIST at 8x8 pixels), cifar10-small and nasbench201 (name
CIFAR-10 files by --dataset). Flags override what a preset says. With --checkpoint an interrupted run continues
where it stopped, to the same bits, with the arithmetic that it began with. --kernel chooses it for a run that begins.`,
		Example: `  nassearch train '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|'
  nassearch train 4711 --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin ` +
			"--save weights.safetensors",
		Args: usage.Args(1, 1, "one cell: its text, index or #id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.alone(func() error { return o.run(cmd.Context(), args[0]) })
		},
	}
	o.register(cmd.Flags())
	p.Tables.LeaveValues(cmd)
	return cmd
}

func (o *options) register(f *pflag.FlagSet) {
	o.protocol.Register(f)
	f.Uint64Var(&o.seed, "seed", 1, "seed of initial weights, order and augmentation")
	f.IntVar(&o.threads, "threads", 0, "goroutines that share a batch; they change no bit (0: by the network's size)")
	f.StringVar(&o.save, "save", "", "write the weights to this safetensors file")
	files.Writes(f, "save", "safetensors", "st")
	f.StringVar(&o.checkpoint, "checkpoint", "",
		"continue from this file if it exists, and keep the state of the run in it")
	files.Continues(f, "checkpoint")
	f.IntVar(&o.every, "checkpoint-every", 0, "also save the checkpoint every so many steps (0: at the end of each epoch)")
}

// resolve returns the protocol, with the seed. Its errors are mistakes in the command line.
func (o *options) resolve() (live.Protocol, error) {
	p, err := o.protocol.Resolve()
	if err != nil {
		return p, err
	}
	p.Training.Seed = o.seed
	err = cmp.Or(usage.AtLeast("threads", o.threads, 0), usage.AtLeast("checkpoint-every", o.every, 0))
	if err == nil && o.every > 0 && o.checkpoint == "" {
		err = usage.Mark(errors.New("--checkpoint-every needs --checkpoint"))
	}
	return p, err
}

// run trains a cell's network, saves it, and says how good it is.
func (o *options) run(ctx context.Context, arch string) error {
	start := time.Now()
	how, err := o.resolve()
	if err != nil {
		return err
	}
	cell, err := o.Tables.Cell(arch)
	if err != nil {
		return err
	}
	if err := cmp.Or(o.Tables.Unread(o.Env), o.writable()); err != nil {
		return err
	}
	k, err := o.kernel()
	if err != nil {
		return err
	}
	lab, err := o.protocol.Lab(how, k, o.threads)
	if err != nil {
		return err
	}
	for _, text := range protocol.Doubts(lab.Images) {
		o.Log.Warn(text)
	}
	weights, err := trainer.NewWeights(lab.Spec(cell), o.seed)
	if err != nil {
		return err
	}
	r, err := trainer.NewRun(weights, lab.Images.Train, lab.Training, lab.Engine(cell))
	if err != nil {
		return err
	}
	defer r.Close()
	unwritten := o.introduce(lab, weights, r)
	if unwritten != nil && o.save == "" && o.checkpoint == "" {
		return unwritten
	}
	if err := o.advance(ctx, r); err != nil {
		return err
	}
	if err := sound(weights, lab.Images.Train, lab.Engine(cell)); err != nil {
		return err
	}
	unsaved := o.keep(weights) // before anything else that may fail
	err = o.conclude(ctx, lab, r, weights, start, unsaved == nil)
	return errors.Join(cmp.Or(err, unwritten), unsaved)
}

// kernel returns the arithmetic: that of the checkpoint, if there is one.
func (o *options) kernel() (*kernel.Kernel, error) {
	if o.checkpoint == "" {
		return o.protocol.Kernel.Choose()
	}
	return o.protocol.Kernel.Continue("checkpoint "+o.checkpoint, trainer.CheckpointKernel(o.checkpoint))
}

// conclude measures the weights and prints the result, with where they are saved.
func (o *options) conclude(
	ctx context.Context, lab *live.Lab, r *trainer.Run, w *trainer.Weights, start time.Time, saved bool,
) error {
	result := outcome{
		Arch: w.Cell.Arch(), Preset: o.protocol.Preset, Dataset: lab.Images.Name,
		Seed: o.seed, Epochs: lab.Training.Epochs, Steps: r.Steps(),
		TrainLoss: r.Loss(), Params: w.Params(), Kernel: lab.Kernel.Name,
	}
	if lab.Training.Adversarial.Enabled() {
		result.Adversarial = &lab.Training.Adversarial
	}
	result.Noise = lab.Training.Noise
	if err := result.score(ctx, w, lab.Images, lab.Engine(w.Cell)); err != nil {
		return err
	}
	result.Seconds = time.Since(start).Seconds()
	err := o.Out.Deliver(result.document(), o.Stderr)
	if err == nil && saved && o.save != "" && o.Out.Form == output.Table {
		_, err = fmt.Fprintf(o.Out, "saved    %s\n", o.save)
	}
	return err
}

// keep saves the weights that are trained: where that was asked for, or, if there is no checkpoint that has them,
// wherever it can be.
func (o *options) keep(w *trainer.Weights) error {
	switch {
	case o.save != "":
		return protocol.Keep(w, o.save)
	case o.behind != nil:
		return protocol.Rescue(w, o.behind)
	}
	return nil
}

// writable returns an error if a file cannot be made, before anything has been computed for it.
func (o *options) writable() error {
	err := cmp.Or(protocol.Keeps("save", o.save), protocol.Keeps("checkpoint", o.checkpoint))
	if err == nil && o.checkpoint != "" {
		err = atomicfile.Writable(o.checkpoint)
	}
	return err
}

// advance trains to the end, from the checkpoint if there is one, and keeps it up to date: at the end of every epoch,
// every few steps if asked for, and when interrupted.
func (o *options) advance(ctx context.Context, r *trainer.Run) error {
	if o.checkpoint != "" {
		resumed, err := r.Resume(o.checkpoint)
		if err != nil {
			return err
		}
		if resumed {
			o.Log.Info("resumed", zap.String("checkpoint", o.checkpoint), zap.Int("step", r.Step()), zap.Int("steps", r.Steps()))
		}
	}
	err := protocol.Train(ctx, o.Stderr, r, func(now trainer.Progress) error {
		if now.EpochEnds {
			o.Log.Debug("epoch", zap.Int("epoch", now.Epoch), zap.Float64("train_loss", r.Loss()))
		}
		if o.checkpoint == "" || !now.EpochEnds && (o.every == 0 || now.Step%o.every != 0) {
			return nil
		}
		o.record(r)
		return nil
	})
	if stopped := context.Cause(ctx); o.checkpoint != "" && stopped != nil && errors.Is(err, stopped) {
		if o.record(r); o.behind != nil {
			return errors.Join(err, o.behind)
		}
		return fmt.Errorf("%w; the same command continues from %s", err, o.checkpoint)
	}
	return err
}

// record saves the checkpoint. Training does not end because it cannot be written: what was paid for are the weights.
func (o *options) record(r *trainer.Run) {
	before := o.behind
	o.behind = r.Save(o.checkpoint)
	switch {
	case o.behind != nil && before == nil:
		o.Log.Warn("training goes on without a checkpoint", zap.Error(o.behind), zap.Int("step", r.Step()))
	case o.behind == nil && before != nil:
		o.Log.Info("the checkpoint can be written again", zap.String("checkpoint", o.checkpoint), zap.Int("step", r.Step()))
	}
}

// introduce says to people what is trained, and how.
func (o *options) introduce(lab *live.Lab, n *trainer.Weights, r *trainer.Run) error {
	if o.Out.Form != output.Table {
		return nil
	}
	p, d, t := sheet.To(o.Out), lab.Images, lab.Training
	kind := map[int]string{1: "grey", 3: "colour"}[d.Train.Channels]
	p.Line("network", string(n.Cell.Arch()))
	p.Line("", fmt.Sprintf("C=%d N=%d · %dx%d %s · %d classes · %s parameters",
		n.Channels, n.Depth, d.Train.Side, d.Train.Side, kind, n.Classes, numeral.Thousands(n.Params())))
	p.Line("data", fmt.Sprintf("%s · %s train · %s validation · %s test",
		d.Name, protocol.Count(d.Train), protocol.Count(d.Val), protocol.Count(d.Test)))
	p.Line("training", fmt.Sprintf("%d epochs · %s steps of %d images · rate %g · seed %d · kernel %s",
		t.Epochs, numeral.Thousands(r.Steps()), t.Batch, t.LearningRate, t.Seed, lab.Kernel.Name))
	if a := t.Adversarial; a.Enabled() {
		start := "the image"
		if a.RandomStart {
			start = "a random point"
		}
		threat := robustness.Threat{Norm: robustness.Linf, Eps: a.Eps}
		p.Line("attack", fmt.Sprintf("%v · %d steps of %.4g eps from %s", threat, a.Steps, a.StepSize, start))
	}
	if t.Noise > 0 {
		p.Line("noise", fmt.Sprintf("Gaussian, standard deviation %g on pixels in [0,1]", t.Noise))
	}
	return p.Err()
}
