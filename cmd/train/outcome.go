package train

import (
	"strconv"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/search/report/sheet"
)

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
