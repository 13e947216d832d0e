// Package train has the command that trains one network.
package train

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Command returns the command. A progress bar goes to the error output if that is a terminal.
func Command(e *env.Env, out *output.Printer) *cobra.Command {
	o := &options{protocol: protocol.Flags{Methods: robustness.Methods()}} // which presets name
	cmd := &cobra.Command{
		Use:   "train ARCH|INDEX",
		Short: "Train one network and report its accuracy",
		Long: `Train one network of NAS-Bench-201, given by its text or its native index (0 to 15624).

Presets: micro (the data set inside the program: Fashion-MNIST at 8x8 pixels), cifar10-small and nasbench201 (name
CIFAR-10 files by --dataset). Flags override what a preset says. With --checkpoint an interrupted run continues
where it stopped, to the same bits; NASSEARCH_KERNEL=avx512|avx2|generic chooses the arithmetic.`,
		Example: `  nassearch train '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|'
  nassearch train 4711 --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin ` +
			"--save weights.safetensors",
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := o.resolve(cmd.Flags())
			if err != nil {
				return err
			}
			return run(cmd.Context(), e, args[0], o, p)
		},
	}
	o.register(cmd.Flags())
	o.out = out.Lines(cmd)
	return cmd
}

// outcome is the result, as --output json writes it. An accuracy that was not measured is null.
type outcome struct {
	Arch        space.Arch           `json:"arch"`
	Preset      string               `json:"preset"`
	Dataset     string               `json:"dataset"`
	Seed        uint64               `json:"seed"`
	Epochs      int                  `json:"epochs"`
	Steps       int                  `json:"steps"`
	Adversarial *trainer.Adversarial `json:"adversarial"` // null: none
	TrainLoss   float64              `json:"train_loss"`
	ValAcc      *float64             `json:"val_acc"`
	TestAcc     *float64             `json:"test_acc"`
	Params      int                  `json:"params"`
	Kernel      string               `json:"kernel"`
	Seconds     float64              `json:"seconds"`
}

func run(ctx context.Context, e *env.Env, arch string, o *options, p live.Protocol) error {
	start := time.Now()
	cell, err := nasbench201.Find(arch)
	if err != nil {
		return usage.Mark(err)
	}
	k, err := protocol.Kernel()
	if err != nil {
		return err
	}
	if err := o.writable(); err != nil {
		return err
	}
	lab, err := live.NewLab(p, o.protocol.Methods, k)
	if err != nil {
		return protocol.Explain(err)
	}
	lab.Threads = o.threads
	weights, err := trainer.NewWeights(lab.Spec(cell), p.Training.Seed)
	if err != nil {
		return err
	}
	engine := lab.Engine(cell)
	d := lab.Images
	r, err := trainer.NewRun(weights, d.Train, p.Training, engine)
	if err != nil {
		return err
	}
	defer r.Close()
	if o.out.Form == output.Table {
		if err := introduce(e.Stdout, weights, d, p, r, k); err != nil {
			return err
		}
	}
	if err := advance(ctx, e, o, r); err != nil {
		return err
	}
	result := outcome{
		Arch: cell.Arch(), Preset: o.protocol.Preset(), Dataset: d.Name,
		Seed: o.seed, Epochs: p.Training.Epochs, Steps: r.Steps(),
		TrainLoss: r.Loss(), Params: weights.Params(), Kernel: k.Name,
	}
	if p.Training.Adversarial.Enabled() {
		result.Adversarial = &p.Training.Adversarial
	}
	if err := result.score(ctx, weights, d, engine); err != nil {
		return err
	}
	result.Seconds = time.Since(start).Seconds()
	// A full disk does not take the result, nor a closed pipe the weights.
	return errors.Join(o.out.Print(output.Document{Text: result.print, JSON: result}), o.keep(weights))
}

// keep saves the weights if that was asked for.
func (o *options) keep(w *trainer.Weights) error {
	if o.save == "" {
		return nil
	}
	err := w.Save(o.save)
	if err == nil && o.out.Form == output.Table {
		_, err = fmt.Fprintf(o.out, "saved    %s\n", o.save)
	}
	return err
}

// writable returns an error if the files that the command is to write cannot be made, before anything has been computed
// for them.
func (o *options) writable() error {
	if o.save != "" && filepath.Clean(o.save) == filepath.Clean(o.checkpoint) {
		return usage.Mark(fmt.Errorf("--save and --checkpoint are both %s: name two files", o.save))
	}
	for _, path := range []string{o.save, o.checkpoint} {
		if path == "" {
			continue
		}
		if err := atomicfile.Writable(path); err != nil {
			return err
		}
	}
	return nil
}

// advance trains to the end, from the checkpoint if there is one, and keeps it up to date: at the end of every epoch,
// every few steps if asked for, and when interrupted.
func advance(ctx context.Context, e *env.Env, o *options, r *trainer.Run) error {
	if o.checkpoint != "" {
		resumed, err := r.Resume(o.checkpoint)
		if err != nil {
			return err
		}
		if resumed {
			e.Log.Info("resumed", zap.String("checkpoint", o.checkpoint), zap.Int("step", r.Step()), zap.Int("steps", r.Steps()))
		}
	}
	bar := progress.New(e.Stderr)
	bar.Start("training step", r.Step(), r.Steps())
	err := r.Train(ctx, func(p trainer.Progress) error {
		bar.Set(p.Step, "loss %.3f", p.Loss)
		if p.EpochEnds {
			e.Log.Debug("epoch", zap.Int("epoch", p.Epoch), zap.Float64("train_loss", r.Loss()))
		}
		if o.checkpoint == "" || !p.EpochEnds && (o.every == 0 || p.Step%o.every != 0) {
			return nil
		}
		return r.Save(o.checkpoint)
	})
	bar.Close()
	if stopped := context.Cause(ctx); o.checkpoint != "" && stopped != nil && errors.Is(err, stopped) {
		if saveErr := r.Save(o.checkpoint); saveErr != nil {
			return errors.Join(err, saveErr)
		}
		return fmt.Errorf("%w; the same command continues from %s", err, o.checkpoint)
	}
	return err
}

// batchOfScore is how many images are evaluated at once.
const batchOfScore = 128

// score measures the accuracies on the validation and test images.
func (r *outcome) score(ctx context.Context, w *trainer.Weights, d *live.Images, e trainer.Engine) error {
	n, err := trainer.NewNetwork(w, batchOfScore, e)
	if err != nil {
		return err
	}
	defer n.Close()
	for _, part := range []struct {
		set *dataset.Set
		to  **float64
	}{{d.Val, &r.ValAcc}, {d.Test, &r.TestAcc}} {
		if part.set == nil {
			continue
		}
		s, err := n.Score(ctx, part.set)
		var bad *robustness.NonFiniteError
		if errors.As(err, &bad) {
			return fmt.Errorf("training diverged: %w; a lower learning rate or a longer warm-up may help", err)
		}
		if err != nil {
			return err
		}
		*part.to = &s.Accuracy
	}
	return nil
}
