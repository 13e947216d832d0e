package measure

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/live/survey"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// survey measures every class.
func (o *options) survey(ctx context.Context) (err error) {
	if filepath.Ext(o.out) != ".csv" {
		return usage.Mark(fmt.Errorf("--out %q: name a file that ends in .csv", o.out))
	}
	plan, err := o.plan()
	if err != nil {
		return err
	}
	if err := atomicfile.Writable(o.out); err != nil {
		return fmt.Errorf("--out: %w", err)
	}
	for _, text := range protocol.Doubts(plan.Lab.Images) {
		o.Log.Warn(text)
	}
	path := o.log()
	log, err := survey.OpenLog(path, plan.Header(o.protocol.Preset, o.Version))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	program.Opened(o.Log, path, log.Repaired, 0)
	// A worker's memory is few large pieces, which are collected for nothing; to wait until it has doubled is dear.
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	follower := progress.Follow(o.Log, o.Stderr, "class")
	err = plan.Run(ctx, log, cmp.Or(o.workers, runtime.GOMAXPROCS(0)), func(now survey.Progress) {
		follower.Observe(now.Done, now.Before, now.All, now.Failed)
	})
	follower.Close()
	if err != nil {
		return fmt.Errorf("%w; the same command continues", err)
	}
	return o.conclude(ctx, log.Header, log.Records())
}

// log is the file that keeps what has been measured.
func (o *options) log() string { return strings.TrimSuffix(o.out, ".csv") + ".jsonl" }

// plan reads the flags. Its errors are mistakes in the command line, but for what is wrong with files.
func (o *options) plan() (plan survey.Plan, err error) {
	err = cmp.Or(o.only("with --all, which measures images for training", "part"), usage.AtLeast("limit", o.limit, 0),
		usage.AtLeast("workers", o.workers, 0))
	if err != nil {
		return plan, err
	}
	plan.Seed = o.seed
	plan.Measures, err = o.chosen(func(m measure.Measure) bool { return !m.Needs.Trained })
	if err != nil {
		return plan, err
	}
	cells, err := o.Tables.Classes(o.archs)
	if err != nil {
		return plan, err
	}
	plan.Cells = census.Choose(cells, census.Shard{}, o.limit)
	if err := o.unread("cells whose weights are drawn"); err != nil {
		return plan, err
	}
	how, err := o.protocol.Resolve()
	if err != nil {
		return plan, err
	}
	k, err := o.protocol.Kernel.Continue("survey "+o.log(), survey.LogKernel(o.log()))
	if err != nil {
		return plan, err
	}
	if plan.Lab, err = o.protocol.Lab(how, k, 1); err != nil {
		return plan, err
	}
	return plan, enough(how, "train", plan.Lab.Images.Train)
}

// conclude writes the table of what was measured, and says what it has.
func (o *options) conclude(ctx context.Context, h survey.Header, records []survey.Record) error {
	sp, err := h.Space()
	if err != nil {
		return err
	}
	names, err := o.Tables.Names(sp)
	if err != nil {
		return err
	}
	t, err := h.Table(names, o.Known.Measures, records)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(o.out, func(w io.Writer) error { return t.Write(ctx, w) }); err != nil {
		return err
	}
	table := made{Table: o.out, Classes: len(records), Of: sp.Classes(), Measures: h.Measures, Failed: []lack{}}
	for _, r := range records {
		table.CoreHours += r.Seconds / 3600
	}
	if table.failures, err = h.Failures(records); err != nil {
		return err
	}
	empty := 0
	for _, f := range table.failures {
		l := lack{Measure: f.Measure, Reason: f.Reason}
		for _, c := range f.Cells {
			l.Archs = append(l.Archs, string(c.Arch()))
		}
		table.Failed, empty = append(table.Failed, l), empty+len(f.Cells)
	}
	if err := o.Out.Print(output.Document{Text: table.text, CSV: table.sheet().CSV, JSON: table}); err != nil {
		return err
	}
	if empty > 0 && empty == len(records)*len(h.Measures) {
		return fmt.Errorf("no measure gave a value: %s", table.failures[0].Reason)
	}
	return nil
}

// made is a table that was made, for programs.
type made struct {
	Table     string   `json:"table"`
	Classes   int      `json:"classes"` // that were measured
	Of        int      `json:"of"`
	Measures  []string `json:"measures"`
	CoreHours float64  `json:"core_hours"`
	Failed    []lack   `json:"failed"`

	failures []survey.Failure
}

// lack are architectures without a value of a measure, for the same reason.
type lack struct {
	Measure string   `json:"measure"`
	Reason  string   `json:"reason"`
	Archs   []string `json:"archs"`
}

func (s made) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("table", fmt.Sprintf("%s · %s of %s classes · %s · %s",
		s.Table, numeral.Thousands(s.Classes), numeral.Thousands(s.Of), numeral.Count(len(s.Measures), "measure"),
		numeral.CoreTime(s.CoreHours)))
	for _, text := range survey.Lacking(s.failures) {
		p.Line("empty", text)
	}
	backends.Missing(p, s.Of-s.Classes)
	return p.Err()
}

func (s made) sheet() *sheet.Sheet {
	empty := 0
	for _, l := range s.Failed {
		empty += len(l.Archs)
	}
	all := sheet.New("table", "classes", "of", "measures", "core_hours", "empty")
	all.Add(sheet.Text(s.Table), sheet.Int(s.Classes), sheet.Int(s.Of), sheet.Int(len(s.Measures)),
		sheet.Float(s.CoreHours), sheet.Int(empty))
	return all
}
