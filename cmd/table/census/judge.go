package census

import (
	"fmt"
	"io"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// judgement is what measuring a sample again has found, for programs.
type judgement struct {
	Numbers     int     `json:"numbers"` // that were compared
	Classes     int     `json:"classes"`
	Kernel      string  `json:"kernel"`
	TableKernel string  `json:"table_kernel"`
	Differences int     `json:"differences"` // numbers that differ
	Largest     float64 `json:"largest"`     // difference of accuracies
	Mean        float64 `json:"mean"`
	Holds       bool    `json:"holds"`
}

// judge says what was found. Its error is a table that does not hold.
func judge(out *output.Printer, v census.Verification, was, now string) error {
	j := judgement{
		Numbers: v.Numbers, Classes: v.Cells, Kernel: now, TableKernel: was, Differences: len(v.Differences),
		Largest: v.Accuracy, Mean: v.Mean,
	}
	j.Holds = j.Differences == 0 || was != now && v.Accuracy <= tolerance && v.Mean <= meanTolerance
	if err := out.Print(output.Document{Text: j.text, CSV: j.sheet().CSV, JSON: j}); err != nil || j.Holds {
		return err
	}
	d := v.Differences[0]
	return fmt.Errorf("the table does not hold: for one, %s of %s is %.6g, not %.6g",
		d.Metric, d.Cell.Arch(), d.Now, d.Was)
}

func (j judgement) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("verified", fmt.Sprintf("%s numbers of %d classes · kernel %s, table %s",
		numeral.Thousands(j.Numbers), j.Classes, j.Kernel, j.TableKernel))
	if j.Differences == 0 {
		p.Line("result", "all identical")
		return p.Err()
	}
	p.Line("result", fmt.Sprintf("%s numbers differ · accuracies by at most %.4f, %.4f on average",
		numeral.Thousands(j.Differences), j.Largest, j.Mean))
	if j.Holds {
		p.Line("", "within what another kernel may make")
	}
	return p.Err()
}

func (j judgement) sheet() *sheet.Sheet {
	s := sheet.New("numbers", "classes", "kernel", "table_kernel", "differences", "largest", "mean", "holds")
	s.Add(sheet.Int(j.Numbers), sheet.Int(j.Classes), sheet.Text(j.Kernel), sheet.Text(j.TableKernel),
		sheet.Int(j.Differences), sheet.Float(j.Largest), sheet.Float(j.Mean), sheet.Text(fmt.Sprint(j.Holds)))
	return s
}
