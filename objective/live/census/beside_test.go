package census_test

import (
	"bytes"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// beside is a plan with measures, of which the cell without a path has not all, and with two shorter trainings.
func beside(t *testing.T) census.Plan {
	t.Helper()
	return quick(t, func(p *live.Protocol) {
		p.Training.Epochs = 4
		p.Measures = []string{"jacov", "grad_norm@trained", "jacobian_fro", "jacobian_fro@initial"}
		p.Fidelities = []live.Fidelity{
			{Share: live.Share{Part: 1, Of: 4}, Attacks: []string{"pgd@8/255"}},
			{Share: live.Share{Part: 1, Of: 2}, Attacks: []string{"fgsm@16/255", "pgd@8/255"}},
		}
	})
}

// The values of a table are those of the log, the cell without a path has holes where it has no value, and verification
// finds all of it again.
func TestMeasuresAndShorterTrainingsAreMeasuredAndRead(t *testing.T) {
	p := beside(t)
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole)
	for _, compact := range []bool{false, true} {
		of := newTable(t, p, records)
		of.Compact = compact
		var b bytes.Buffer
		if err := of.Write(&b); err != nil {
			t.Fatal(err)
		}
		tab, err := table.Open(zipFile(t, b.Bytes()), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		view, err := tab.Select(t.Context(), []string{"jacov", "grad_norm@trained", "jacobian_fro@initial"}, table.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		short, err := tab.Select(t.Context(), []string{"clean_acc", "pgd_acc@8/255"}, table.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if got := short.Fidelities(); !slices.Equal(got, []float64{.25, .5, 1}) {
			t.Errorf("fidelities %v", got)
		}
		for _, c := range p.Cells {
			sound(t, c, view, short, records)
		}
		v, err := p.Verify(t.Context(), of.Header, tab, 2, func(int, int) {})
		if err != nil || len(v.Differences) > 0 || v.Numbers <= 3*len(of.Metrics()) {
			t.Errorf("compact %v: verification %+v, %v", compact, v, err)
		}
	}
}

// sound compares a cell's values with its records.
func sound(t *testing.T, c nasbench201.Cell, view, short *table.View, records []census.Record) {
	t.Helper()
	var measured, quarter []float64
	for _, r := range records {
		if r.Cell != c.Canonical().Index() {
			continue
		}
		if measured == nil {
			measured, quarter = make([]float64, 4), make([]float64, 2)
		}
		for i, v := range r.Measured {
			if v == nil {
				measured[i] = math.NaN()
			} else {
				measured[i] += *v / 2
			}
		}
		quarter[0] += r.Shorter[0].Clean[0] / 2
		quarter[1] += r.Shorter[0].Under[0][0][0] / 2
	}
	same := func(a, b float64) bool {
		return math.Abs(a-b) <= 1e-3*math.Abs(b) || math.IsNaN(a) && math.IsNaN(b)
	}
	want := []float64{measured[0], measured[1], measured[3]}
	if got := view.Values(c.Class()); !slices.EqualFunc(got, want, same) {
		t.Errorf("%s: %v, want %v", c.Arch(), got, want)
	}
	if undefined := c.Index() == 0; undefined != math.IsNaN(want[0]) {
		t.Errorf("%s: jacov is %v", c.Arch(), want[0])
	}
	out, err := short.Evaluate(t.Context(), objective.Request{Arch: c.Arch(), Fidelity: .25})
	if err != nil || !slices.EqualFunc(out.Values, quarter, same) {
		t.Errorf("%s at a quarter: %v, %v, want %v", c.Arch(), out.Values, err, quarter)
	}
}

// A record has a value of every measure or says why not.
func TestRecordsWithoutTheProtocolsNumbersAreRefused(t *testing.T) {
	p := beside(t)
	p.Cells, p.Seeds = p.Cells[2:], []uint64{1} // without a path
	r := build(t, p, filepath.Join(t.TempDir(), "log"), 1, whole)[0]
	if !strings.Contains(r.Undefined["jacov"], "without a path") {
		t.Fatalf("reasons %v", r.Undefined)
	}
	one := 1.
	for what, change := range map[string]func(*census.Record){
		"a value too few":         func(r *census.Record) { r.Measured = r.Measured[1:] },
		"a value with a reason":   func(r *census.Record) { r.Measured[0] = &one },
		"neither":                 func(r *census.Record) { r.Measured[1] = nil },
		"a reason of something":   func(r *census.Record) { r.Undefined["zen"] = "it is" },
		"a training too few":      func(r *census.Record) { r.Shorter = r.Shorter[1:] },
		"an attack too few":       func(r *census.Record) { r.Shorter[1].Under = r.Shorter[1].Under[1:] },
		"nothing and no reason":   func(r *census.Record) { r.Shorter[0] = census.Shorter{} },
		"a row that is too short": func(r *census.Record) { r.Shorter[0].Under[0][0] = []float64{1} },
	} {
		path := filepath.Join(t.TempDir(), "log")
		build(t, p, path, 1, whole)
		l := openLog(t, p, path)
		bad := l.Records()[0]
		l.Close()
		change(&bad)
		again := filepath.Join(t.TempDir(), "again")
		l = openLog(t, p, again)
		if err := l.Keep([]census.Record{bad}); err != nil {
			t.Fatal(err)
		}
		l.Close()
		h := p.Header("quick", "test")
		if _, err := census.OpenLog(again, &h); err == nil || !strings.Contains(err.Error(), "has not the protocol's numbers") {
			t.Errorf("%s: error %v", what, err)
		}
	}
}

// A shorter training that fails is a hole at its fidelity and nowhere else.
func TestShorterTrainingThatFailedIsAHole(t *testing.T) {
	p := beside(t)
	p.Cells = p.Cells[:1]
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 1, whole)
	records[0].Shorter[0] = census.Shorter{Failed: "diverged"}
	tab, err := table.Open(zipFile(t, zipped(t, p, records)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	view, err := tab.Select(t.Context(), []string{"clean_acc"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for fidelity, has := range map[float64]bool{.25: false, .5: true, 1: true} {
		_, err := view.Evaluate(t.Context(), objective.Request{Arch: p.Cells[0].Arch(), Fidelity: fidelity})
		if (err == nil) != has {
			t.Errorf("at fidelity %v: error %v", fidelity, err)
		}
	}
	if layout.Figures(math.NaN(), 4) != "null" || layout.Figures(-123456, 4) != "-123500" || layout.Figures(0, 4) != "0" {
		t.Error("figures of a measure are written otherwise")
	}
}
