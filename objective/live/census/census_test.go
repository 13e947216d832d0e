package census_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// quick is a plan of a few cells and little training.
func quick(t *testing.T, change func(*live.Protocol)) census.Plan {
	t.Helper()
	p, err := live.Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	p.Val, p.Training.Epochs, p.Eps = "none", 1, 8
	p.Attacks[0].Eps, p.Attacks[0].Images = []objective.Eps{8, 16}, 64
	p.Attacks[1].Eps, p.Attacks[1].Images, p.Attacks[1].PGD.Steps = []objective.Eps{8}, 32, 2
	if change != nil {
		change(&p)
	}
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	lab, err := live.NewLab(p, objective.Usual(), k)
	if err != nil {
		t.Fatal(err)
	}
	plan := census.Plan{Lab: lab, Seeds: []uint64{1, 2}}
	for _, i := range []int{9381, 4711, 0} {
		c, err := nasbench201.FromIndex(i)
		if err != nil {
			t.Fatal(err)
		}
		plan.Cells = append(plan.Cells, c)
	}
	return plan
}

func openLog(t *testing.T, p census.Plan, path string) *census.Log {
	t.Helper()
	h := p.Header("quick", "test")
	l, err := census.OpenLog(path, &h)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// build measures until so many pieces are done, in a fresh log or one that is there.
func build(t *testing.T, p census.Plan, path string, workers, until int) []census.Record {
	t.Helper()
	l := openLog(t, p, path)
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	err := p.Build(ctx, l, workers, func(g census.Progress) {
		if g.Done >= until && g.Done > g.Before {
			cancel()
		}
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return l.Records()
}

const whole = math.MaxInt

func newTable(t *testing.T, p census.Plan, records []census.Record) *census.Table {
	t.Helper()
	tab, err := census.NewTable(p.Header("quick", "test"), p.Lab.Known, records)
	if err != nil {
		t.Fatal(err)
	}
	return tab
}

// zipped is the table of records, measured times aside.
func zipped(t *testing.T, p census.Plan, records []census.Record) []byte {
	t.Helper()
	for i := range records {
		records[i].Seconds = 0
	}
	var b bytes.Buffer
	if err := newTable(t, p, records).Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A census that is cut after every piece, on other numbers of workers, gives the same table.
func TestBuildContinuesToTheSameTable(t *testing.T) {
	p := quick(t, nil)
	want := zipped(t, p, build(t, p, filepath.Join(t.TempDir(), "a"), 1, whole))
	path := filepath.Join(t.TempDir(), "b")
	for _, until := range []int{1, 2, 4} {
		build(t, p, path, 2, until)
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(`{"cell":12,"se`); err != nil { // what a killed process was writing
			t.Fatal(err)
		}
		f.Close()
	}
	if got := zipped(t, p, build(t, p, path, 2, whole)); !bytes.Equal(got, want) {
		t.Error("the table differs")
	}
}

func TestTableHoldsWhatWasMeasured(t *testing.T) {
	p := quick(t, nil)
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole)
	tab, err := table.Open(filepath.Dir(zipFile(t, zipped(t, p, records))), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if i := tab.Info(); i.Description != "quick: Fashion-MNIST 8x8, C=4, N=1, measured by nassearch test" || i.DefaultEps != 8 {
		t.Errorf("info %+v", i)
	}
	view, err := tab.Select(t.Context(), []string{"clean_acc", "fgsm_acc@16/255", "pgd_acc", "pgd_loss", "clean_conf", "train_loss"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if view.Holes() != nasbench201.Classes-len(p.Cells) {
		t.Errorf("%d holes", view.Holes())
	}
	for _, c := range p.Cells {
		out, err := view.Evaluate(t.Context(), objective.Request{Arch: c.Arch(), Fidelity: 1})
		if err != nil {
			t.Fatal(err)
		}
		mean := make([]float64, 6)
		for _, r := range records {
			if r.Cell == c.Canonical().Index() {
				for i, v := range []float64{r.Clean[0], r.Under[0][1][0], r.Under[1][0][0], r.Under[1][0][2], r.Clean[1], r.Train[1]} {
					mean[i] += v / 2
				}
			}
		}
		for i := range mean {
			if math.Abs(out.Values[i]-mean[i]) > 5e-4 {
				t.Errorf("%s: metric %d is %v, measured %v", c.Arch(), i, out.Values[i], mean[i])
			}
		}
	}
}

func TestShardsAreMerged(t *testing.T) {
	p := quick(t, nil)
	dir := t.TempDir()
	want := zipped(t, p, build(t, p, filepath.Join(dir, "whole"), 2, whole))
	var logs []*census.Log
	var paths []string
	for i := range 2 {
		part := p
		part.Shard = census.Shard{Index: i, Of: 2}
		path := filepath.Join(dir, string(rune('a'+i)))
		build(t, part, path, 1, whole)
		l := openLog(t, p, path)
		defer l.Close()
		logs, paths = append(logs, l), append(paths, path)
	}
	_, records, err := census.Merge(logs, paths)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(zipped(t, p, records), want) {
		t.Error("the merged table differs")
	}
	var overlap *census.OverlapError
	if _, _, err := census.Merge([]*census.Log{logs[0], logs[0]}, []string{"a", "a"}); !errors.As(err, &overlap) {
		t.Errorf("a part twice: error %v", err)
	}
	other := quick(t, func(p *live.Protocol) { p.Training.Epochs = 2 })
	l := openLog(t, other, filepath.Join(dir, "other"))
	defer l.Close()
	var protocol *census.ProtocolError
	if _, _, err := census.Merge([]*census.Log{logs[0], l}, []string{"a", "other"}); !errors.As(err, &protocol) || !strings.Contains(err.Error(), "protocol.training.epochs=1, now protocol.training.epochs=2") {
		t.Errorf("another protocol: error %v", err)
	}
}

func TestShardsDivideAllCells(t *testing.T) {
	for text, want := range map[string]census.Shard{"1/1": {Index: 0, Of: 1}, "2/8": {Index: 1, Of: 8}, "0/3": {}, "4/3": {}, "1/2/3": {}, "": {}, "a/b": {}} {
		got, err := census.ParseShard(text)
		if (err == nil) != (want.Of > 0) || err == nil && got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
}

// Training that diverges is tried once more, and then recorded; the others are not harmed.
func TestFailuresAreRecorded(t *testing.T) {
	p := quick(t, func(p *live.Protocol) { p.Training.LearningRate = 1e30 })
	path := filepath.Join(t.TempDir(), "log")
	records := build(t, p, path, 2, whole)
	failed := slices.DeleteFunc(slices.Clone(records), func(r census.Record) bool { return r.Failed == "" })
	if len(records) != 6 || len(failed) < 4 { // a network without a path to the output may survive
		t.Fatalf("%d records, %d of them failed", len(records), len(failed))
	}
	if r := failed[0]; r.Again == 0 || strings.Count(r.Failed, "diverged") != 2 {
		t.Errorf("record %+v", r)
	}
	tab := newTable(t, p, records)
	if len(tab.Failed) != len(failed) || tab.Measured() > 1 {
		t.Errorf("table has %d failed, %d measured", len(tab.Failed), tab.Measured())
	}
	if again := build(t, p, path, 2, whole); len(again) != 6 {
		t.Errorf("continued: %d records", len(again))
	}
}

func TestVerifyFindsAChangedNumber(t *testing.T) {
	p := quick(t, nil)
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole)
	check := func() census.Verification {
		of := newTable(t, p, nil)
		tab, err := table.Open(zipFile(t, zipped(t, p, records)), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		v, err := p.Verify(t.Context(), of.Header, tab, 2, func(int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	if v := check(); len(v.Differences) > 0 || v.Cells != 3 || v.Numbers != 3*(3*4+2) {
		t.Errorf("verification %+v", v)
	}
	records[3].Under[0][1][0] += .5
	if v := check(); len(v.Differences) != 1 || v.Differences[0].Metric != "fgsm_acc@16/255" || math.Abs(v.Accuracy-.25) > .01 {
		t.Errorf("after a change: %+v", v)
	}
}

func TestCompactTableLeavesOutWhatItSays(t *testing.T) {
	p := quick(t, nil)
	tab := newTable(t, p, build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole))
	all := tab.Metrics()
	tab.Compact = true
	want := []string{"clean_acc", "fgsm_acc@8/255", "fgsm_acc@16/255", "pgd_acc@8/255", "clean_conf", "clean_loss", "fgsm_loss@8/255", "fgsm_loss@16/255", "pgd_loss@8/255", "train_acc", "train_loss"}
	if got := tab.Metrics(); !slices.Equal(got, want) || len(all) != 14 {
		t.Errorf("metrics %v of %d", got, len(all))
	}
	var b bytes.Buffer
	if err := tab.Write(&b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() // of a table made before tables said it of themselves
	for _, f := range z.File {
		text := contents(t, f)
		if f.Name == layout.ProtocolFile {
			if !bytes.Contains(text, []byte(`"compact": true`)) {
				t.Errorf("the table does not say that it is compact: %s", text)
			}
			text = regexp.MustCompile(`(?s)"digest": .*?\n|"compact": true,|,\s*"files": \{.*?\}`).ReplaceAll(text, nil)
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, text, 0o666)); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.Name, "@") && strings.HasSuffix(f.Name, "_confidence.json") {
			t.Errorf("%s is there", f.Name)
		}
		if strings.Contains(f.Name, "@") && strings.HasSuffix(f.Name, "_loss.json") && regexp.MustCompile(`\.\d{3}`).Match(contents(t, f)) {
			t.Errorf("%s has more than two decimals", f.Name)
		}
	}
	for name, want := range map[string]bool{dir: true, zipFile(t, zipped(t, p, nil)): false} {
		read, err := table.Open(name, table.Options{})
		if err != nil || read.Info().Compact != want {
			t.Errorf("%s: compact %v, want %v: %v", name, read.Info().Compact, want, err)
		}
	}
}

// zipFile writes a file.
func zipFile(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "table.zip")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func contents(t *testing.T, f *zip.File) []byte {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// still is an attack of one's own, that leaves images as they are.
type still int

func (still) Name() string     { return "still" }
func (s still) String() string { return fmt.Sprintf("nothing %d times", int(s)) }
func (still) Validate() error  { return nil }
func (still) Run(_ robustness.Oracle, p robustness.Problem) ([]float32, error) {
	return p.X, nil
}

func TestAttackOfOnesOwnIsMeasuredAndRead(t *testing.T) {
	p := quick(t, nil)
	known := objective.Usual()
	known.Attacks = append(known.Attacks, robustness.Method{Name: "still", Metric: "still", Attacks: []robustness.Attack{still(1)}})
	chosen, err := p.Lab.Protocol.Choose([]string{"still@4/255", "fgsm"})
	if err != nil {
		t.Fatal(err)
	}
	if p.Lab, err = live.NewLab(chosen, known, p.Lab.Kernel); err != nil {
		t.Fatal(err)
	}
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole)
	tab, err := table.Open(filepath.Dir(zipFile(t, zipped(t, p, records))), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{"still_acc@4/255", "fgsm_acc@8/255"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := view.Evaluate(t.Context(), objective.Request{Arch: p.Cells[0].Arch(), Fidelity: 1})
	if err != nil || out.Values[0] <= out.Values[1] {
		t.Errorf("accuracies %v under nothing and FGSM, %v", out.Values, err)
	}
	if _, err := census.NewTable(p.Header("quick", "test"), objective.Usual(), records); err == nil {
		t.Error("a table of an attack that nobody knows: no error")
	}
	known.Attacks[len(known.Attacks)-1].Attacks = []robustness.Attack{still(2)}
	if _, err := live.NewLab(p.Lab.Protocol, known, p.Lab.Kernel); err == nil || !strings.Contains(err.Error(), "settings nothing 1 times: want nothing 2 times") {
		t.Errorf("the attack has other settings: error %v", err)
	}
}
