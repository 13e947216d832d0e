// Package train has the commands that train one network and look at data sets.
package train

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
)

// Command returns the command that trains a network. Results go to the command's output; messages to the log, which is
// asked for when the command runs; a progress bar to the error output if that is a terminal.
func Command(log func() *zap.Logger) *cobra.Command {
	o := new(options)
	cmd := &cobra.Command{
		Use:   "train ARCH|INDEX",
		Short: "Train one network and report its accuracy",
		Long: `Train one network of NAS-Bench-201, given by its text or its native index (0 to 15624).

Presets: micro (the data set inside the program: Fashion-MNIST at 8x8 pixels), cifar10-small and nasbench201 (name
CIFAR-10 files by --dataset). Flags override what a preset says. With --checkpoint an interrupted run continues
where it stopped, to the same bits; NASSEARCH_KERNEL=avx512|avx2|generic chooses the arithmetic.`,
		Example: `  nassearch train '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|'
  nassearch train 4711 --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin --save weights.safetensors`,
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := o.resolve(cmd.Flags())
			if err != nil {
				return err
			}
			return run(cmd, log(), args[0], o, p)
		},
	}
	o.register(cmd.Flags())
	return cmd
}

// outcome is the result, as --output json writes it. An accuracy that was not measured is null.
type outcome struct {
	Arch      space.Arch `json:"arch"`
	Preset    string     `json:"preset"`
	Dataset   string     `json:"dataset"`
	Seed      uint64     `json:"seed"`
	Epochs    int        `json:"epochs"`
	Steps     int        `json:"steps"`
	TrainLoss float64    `json:"train_loss"`
	ValAcc    *float64   `json:"val_acc"`
	TestAcc   *float64   `json:"test_acc"`
	Params    int        `json:"params"`
	Kernel    string     `json:"kernel"`
	Seconds   float64    `json:"seconds"`
}

func run(cmd *cobra.Command, log *zap.Logger, arch string, o *options, p live.Protocol) error {
	start := time.Now()
	cell, err := nasbench201.Find(arch)
	if err != nil {
		return usage.Mark(err)
	}
	k, err := protocol.Kernel()
	if err != nil {
		return err
	}
	for _, path := range []string{o.save, o.checkpoint} {
		if err := Writable(path); err != nil {
			return err
		}
	}
	lab, err := live.NewLab(p, k)
	if err != nil {
		return explain(err)
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
	say := cmd.OutOrStdout()
	if o.output == "json" {
		say = io.Discard
	}
	introduce(say, weights, d, p, r, k)
	if err := advance(cmd, log, o, r); err != nil {
		return err
	}
	rep := outcome{
		Arch: cell.Arch(), Preset: o.protocol.Preset(), Dataset: d.Name, Seed: o.seed, Epochs: p.Training.Epochs, Steps: r.Steps(), TrainLoss: r.Loss(),
		Params: weights.Params(), Kernel: k.Name,
	}
	if err := score(cmd.Context(), &rep, weights, d, engine); err != nil {
		return err
	}
	if o.save != "" {
		if err := weights.Save(o.save); err != nil {
			return err
		}
	}
	rep.Seconds = time.Since(start).Seconds()
	if o.output == "json" {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(rep)
	}
	conclude(say, rep, o.save)
	return nil
}

// Writable returns an error if no file can be made at the path, before anything has been computed for it.
func Writable(path string) error {
	if path == "" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("cannot write %s: it is a folder", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".writable-*")
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot write %s: there is no folder %s", path, filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", path, err)
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(f.Name())
}

// explain adds to an error what can be done about it.
func explain(err error) error {
	var bad *trainer.SpecError
	if errors.As(err, &bad) && bad.Field == "image side" {
		return fmt.Errorf("%w; --image resizes the images", err)
	}
	return err
}

// advance trains to the end, from the checkpoint if there is one, and keeps it up to date: at the end of every epoch,
// every few steps if asked for, and when interrupted.
func advance(cmd *cobra.Command, log *zap.Logger, o *options, r *trainer.Run) error {
	if o.checkpoint != "" {
		resumed, err := r.Resume(o.checkpoint)
		if err != nil {
			return err
		}
		if resumed {
			log.Info("resumed", zap.String("checkpoint", o.checkpoint), zap.Int("step", r.Step()), zap.Int("steps", r.Steps()))
		}
	}
	bar := NewBar(cmd.ErrOrStderr(), r.Steps(), r.Step())
	err := r.Train(cmd.Context(), func(p trainer.Progress) error {
		bar.Step(p)
		if p.EpochEnds {
			log.Debug("epoch", zap.Int("epoch", p.Epoch), zap.Float64("train_loss", r.Loss()))
		}
		if o.checkpoint == "" || !p.EpochEnds && (o.every == 0 || p.Step%o.every != 0) {
			return nil
		}
		return r.Save(o.checkpoint)
	})
	bar.Stop()
	if err != nil && o.checkpoint != "" && context.Cause(cmd.Context()) != nil {
		if saveErr := r.Save(o.checkpoint); saveErr != nil {
			return errors.Join(err, saveErr)
		}
		return fmt.Errorf("%w; the same command continues from %s", err, o.checkpoint)
	}
	return err
}

// batchOfScore is how many images are evaluated at once.
const batchOfScore = 128

func score(ctx context.Context, rep *outcome, w *trainer.Weights, d *live.Images, e trainer.Engine) error {
	n, err := trainer.NewNetwork(w, batchOfScore, e)
	if err != nil {
		return err
	}
	defer n.Close()
	if d.Val != nil {
		s, err := n.Score(ctx, d.Val)
		if err != nil {
			return err
		}
		rep.ValAcc = &s.Accuracy
	}
	if d.Test != nil {
		s, err := n.Score(ctx, d.Test)
		if err != nil {
			return err
		}
		rep.TestAcc = &s.Accuracy
	}
	return nil
}
