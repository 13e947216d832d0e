package census

import (
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// outcome is a table that was made, for programs.
type outcome struct {
	Table     string    `json:"table"`
	Classes   int       `json:"classes"` // that have values
	Of        int       `json:"of"`
	CoreHours float64   `json:"core_hours"`
	Failed    []failure `json:"failed"`
	Warned    int       `json:"warned"` // networks some of whose numbers may be better than they are
	Warnings  []warning `json:"warnings"`
}

// warning is why numbers of a network may be better than it is.
type warning struct {
	network
	Texts []string `json:"texts"`
}

// failure are networks without values, for the same reason.
type failure struct {
	Reason   string    `json:"reason"`
	Networks []network `json:"networks"`
}

// network is a training of a cell.
type network struct {
	Arch string `json:"arch"`
	Seed uint64 `json:"seed"`
}

// newOutcome returns what a table has, with failures by reason in the order of the first ones.
func newOutcome(path string, t *census.Table) (outcome, error) {
	o := outcome{
		Table: path, Classes: t.Measured(), Of: nasbench201.Classes, CoreHours: t.Seconds / 3600, Failed: []failure{},
		Warned: len(t.Warned), Warnings: []warning{},
	}
	for _, r := range t.Warned {
		c, err := nasbench201.FromIndex(r.Cell)
		if err != nil {
			return o, err
		}
		o.Warnings = append(o.Warnings, warning{network{string(c.Arch()), r.Seed}, r.Warnings})
	}
	at := map[string]int{}
	for _, r := range t.Failed {
		c, err := nasbench201.FromIndex(r.Cell)
		if err != nil {
			return o, err
		}
		reason := once(r.Failed)
		i, there := at[reason]
		if !there {
			i = len(o.Failed)
			at[reason] = i
			o.Failed = append(o.Failed, failure{Reason: reason})
		}
		o.Failed[i].Networks = append(o.Failed[i].Networks, network{string(c.Arch()), r.Seed})
	}
	return o, nil
}

// once has every line of a text one time, in one line.
func once(text string) string {
	var lines []string
	there := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		if !there[line] {
			there[line] = true
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// words is a failure in a line.
func (f failure) words() string {
	first := f.Networks[0]
	text := fmt.Sprintf("%s with seed %d: %s", first.Arch, first.Seed, f.Reason)
	if more := len(f.Networks) - 1; more > 0 {
		text = fmt.Sprintf("%s networks, first %s with seed %d: %s",
			numeral.Thousands(more+1), first.Arch, first.Seed, f.Reason)
	}
	return text
}

func (o outcome) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("table", fmt.Sprintf("%s · %s of %s classes · %s",
		o.Table, numeral.Thousands(o.Classes), numeral.Thousands(o.Of), numeral.CoreTime(o.CoreHours)))
	for _, f := range o.Failed {
		p.Line("failed", f.words())
	}
	if o.Warned > 0 {
		first := o.Warnings[0]
		p.Line("warning", fmt.Sprintf("%s networks may be less robust than measured, first %s with seed %d: %s",
			numeral.Thousands(o.Warned), first.Arch, first.Seed, first.Texts[0]))
	}
	backends.Missing(p, o.Of-o.Classes)
	return p.Err()
}

func (o outcome) sheet() *sheet.Sheet {
	failed := 0
	for _, f := range o.Failed {
		failed += len(f.Networks)
	}
	s := sheet.New("table", "classes", "of", "core_hours", "failed", "warned")
	s.Add(sheet.Text(o.Table), sheet.Int(o.Classes), sheet.Int(o.Of), sheet.Float(o.CoreHours), sheet.Int(failed),
		sheet.Int(o.Warned))
	return s
}
