package train

import (
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

func introduce(
	w io.Writer, n *trainer.Weights, d *live.Images, p live.Protocol, r *trainer.Run, k *kernel.Kernel,
) error {
	var b strings.Builder
	fmt.Fprintf(&b, "network  %s\n", n.Cell.Arch())
	fmt.Fprintf(&b, "         C=%d N=%d · %s · %d classes · %s parameters\n",
		n.Channels, n.Depth, images(d.Train), n.Classes, numeral.Thousands(n.Params()))
	fmt.Fprintf(&b, "data     %s · %s train · %s validation · %s test\n",
		d.Name, protocol.Count(d.Train), protocol.Count(d.Val), protocol.Count(d.Test))
	fmt.Fprintf(&b, "training %d epochs · %s steps of %d images · rate %g · seed %d · kernel %s\n",
		p.Training.Epochs, numeral.Thousands(r.Steps()), p.Training.Batch, p.Training.LearningRate, p.Training.Seed, k.Name)
	if a := p.Training.Adversarial; a.Enabled() {
		start := "the image"
		if a.RandomStart {
			start = "a random point"
		}
		threat := robustness.Threat{Norm: robustness.Linf, Eps: a.Eps}
		fmt.Fprintf(&b, "attack   %v · %d steps of %.4g eps from %s\n", threat, a.Steps, a.StepSize, start)
	}
	_, err := io.WriteString(w, b.String())
	return err
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

func images(s *dataset.Set) string {
	kind := map[int]string{1: "grey", 3: "colour"}[s.Channels]
	return fmt.Sprintf("%dx%d %s", s.Side, s.Side, kind)
}
