package train

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// outcome is the result, as --output json writes it. An accuracy that was not measured is null.
type outcome struct {
	Arch        space.Arch           `json:"arch"`
	Preset      string               `json:"preset"`
	Dataset     string               `json:"dataset"`
	Seed        uint64               `json:"seed"`
	Epochs      int                  `json:"epochs"`
	Steps       int                  `json:"steps"`
	Adversarial *trainer.Adversarial `json:"adversarial"`    // null: none
	Noise       float64              `json:"noise,omitzero"` // of the training images; absent: none
	TrainLoss   float64              `json:"train_loss"`
	ValAcc      *float64             `json:"val_acc"`
	TestAcc     *float64             `json:"test_acc"`
	Params      int                  `json:"params"`
	Kernel      string               `json:"kernel"`
	Seconds     float64              `json:"seconds"`
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
		if err != nil {
			return trainer.Diverged(err)
		}
		*part.to = &s.Accuracy
	}
	return nil
}

// sound returns an error if weights are worthless: their logits of a batch of images are no numbers. It takes no time,
// and is not interrupted: they are to be saved first.
func sound(w *trainer.Weights, set *dataset.Set, e trainer.Engine) error {
	n, err := trainer.NewNetwork(w, batchOfScore, e)
	if err != nil {
		return err
	}
	defer n.Close()
	first := make([]int, min(batchOfScore, set.Len()))
	for i := range first {
		first[i] = i
	}
	_, err = n.Score(context.Background(), set.Select(first))
	return trainer.Diverged(err)
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

// document is the result in every form. Its JSON is a line, as logs of many networks have it.
func (r outcome) document() output.Document {
	return output.Document{Text: r.print, CSV: r.sheet().CSV, JSON: r, Line: true}
}

// sheet has the result in one row.
func (r outcome) sheet() *sheet.Sheet {
	accuracy := func(v *float64) sheet.Cell {
		if v == nil {
			return sheet.Cell{}
		}
		return sheet.Float(*v)
	}
	all := sheet.New("arch", "preset", "dataset", "seed", "epochs", "steps", "train_loss", "val_acc", "test_acc", "params",
		"kernel", "seconds")
	all.Add(sheet.Text(string(r.Arch)), sheet.Text(r.Preset), sheet.Text(r.Dataset),
		sheet.Text(strconv.FormatUint(r.Seed, 10)), sheet.Int(r.Epochs), sheet.Int(r.Steps), sheet.Float(r.TrainLoss),
		accuracy(r.ValAcc), accuracy(r.TestAcc), sheet.Int(r.Params), sheet.Text(r.Kernel), sheet.Float(r.Seconds))
	return all
}
