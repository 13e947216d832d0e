// Package train has the command that trains one network.
package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// options are the command's flags.
type options struct {
	protocol         protocol.Flags
	seed             uint64
	threads, every   int
	save, checkpoint string

	out *output.Printer // of the program
}

// Command returns the command. A progress bar goes to the error output if that is a terminal.
func Command(p *program.Program) *cobra.Command {
	o := &options{protocol: protocol.Flags{Methods: p.Attacks}, out: p.Out}
	cmd := &cobra.Command{
		Use:   "train ARCH|INDEX",
		Short: "Train one network and report its accuracy",
		Long: `Train one network of NAS-Bench-201, given by its text, its native index (0 to 15624), or its released id.

Presets: micro (the data set inside the program: Fashion-MNIST at 8x8 pixels), cifar10-small and nasbench201 (name
CIFAR-10 files by --dataset). Flags override what a preset says. With --checkpoint an interrupted run continues
where it stopped, to the same bits; NASSEARCH_KERNEL=avx512|avx2|generic chooses the arithmetic.`,
		Example: `  nassearch train '|nor_conv_3x3~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|'
  nassearch train 4711 --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin ` +
			"--save weights.safetensors",
		Args: usage.Args(1, 1, "one cell: its text, index or #id"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), p, args[0]) },
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

func (o *options) run(ctx context.Context, p *program.Program, arch string) error {
	start := time.Now()
	how, err := o.resolve()
	if err != nil {
		return err
	}
	cell, err := p.Tables.Cell(arch)
	if err != nil {
		return err
	}
	if err := o.writable(); err != nil {
		return err
	}
	lab, err := o.protocol.Lab(how, o.threads)
	if err != nil {
		return err
	}
	for _, text := range protocol.Doubts(lab.Images) {
		p.Log.Warn(text)
	}
	weights, err := trainer.NewWeights(lab.Spec(cell), o.seed)
	if err != nil {
		return err
	}
	engine := lab.Engine(cell)
	r, err := trainer.NewRun(weights, lab.Images.Train, lab.Training, engine)
	if err != nil {
		return err
	}
	defer r.Close()
	if o.out.Form == output.Table {
		if err := introduce(o.out, lab, weights, r); err != nil {
			return err
		}
	}
	if err := o.advance(ctx, p, r); err != nil {
		return err
	}
	result := outcome{
		Arch: cell.Arch(), Preset: o.protocol.Preset, Dataset: lab.Images.Name,
		Seed: o.seed, Epochs: lab.Training.Epochs, Steps: r.Steps(),
		TrainLoss: r.Loss(), Params: weights.Params(), Kernel: lab.Kernel.Name,
	}
	if lab.Training.Adversarial.Enabled() {
		result.Adversarial = &lab.Training.Adversarial
	}
	if err := result.score(ctx, weights, lab.Images, engine); err != nil {
		return err
	}
	result.Seconds = time.Since(start).Seconds()
	// A full disk does not take the result, nor a closed pipe the weights.
	return errors.Join(o.out.Print(result.document()), o.keep(weights))
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

// writable returns an error if the checkpoint cannot be made, before anything has been computed for it.
func (o *options) writable() error {
	if o.checkpoint == "" {
		return nil
	}
	return atomicfile.Writable(o.checkpoint)
}

// advance trains to the end, from the checkpoint if there is one, and keeps it up to date: at the end of every epoch,
// every few steps if asked for, and when interrupted.
func (o *options) advance(ctx context.Context, p *program.Program, r *trainer.Run) error {
	if o.checkpoint != "" {
		resumed, err := r.Resume(o.checkpoint)
		if err != nil {
			return err
		}
		if resumed {
			p.Log.Info("resumed", zap.String("checkpoint", o.checkpoint), zap.Int("step", r.Step()), zap.Int("steps", r.Steps()))
		}
	}
	err := protocol.Train(ctx, p.Stderr, r, func(now trainer.Progress) error {
		if now.EpochEnds {
			p.Log.Debug("epoch", zap.Int("epoch", now.Epoch), zap.Float64("train_loss", r.Loss()))
		}
		if o.checkpoint == "" || !now.EpochEnds && (o.every == 0 || now.Step%o.every != 0) {
			return nil
		}
		return r.Save(o.checkpoint)
	})
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
		if _, diverged := errors.AsType[*robustness.NonFiniteError](err); diverged {
			return fmt.Errorf("training diverged: %w; a lower learning rate or a longer warm-up may help", err)
		}
		if err != nil {
			return err
		}
		*part.to = &s.Accuracy
	}
	return nil
}

// introduce says what is trained, and how.
func introduce(w io.Writer, lab *live.Lab, n *trainer.Weights, r *trainer.Run) error {
	p, d, t := sheet.To(w), lab.Images, lab.Training
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
	return p.Err()
}

// print writes the result for people.
func (r outcome) print(w io.Writer) error {
	accuracy := func(v *float64) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprintf("%.4f", *v)
	}
	_, err := fmt.Fprintf(w, "result   train_loss %.4f  val_acc %s  test_acc %s · %.1f s\n",
		r.TrainLoss, accuracy(r.ValAcc), accuracy(r.TestAcc), r.Seconds)
	return err
}
