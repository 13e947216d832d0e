package census_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
)

// dim takes light away.
type dim struct{ lamp string }

func (dim) Name() string     { return "dim" }
func (d dim) Origin() string { return d.lamp }
func (dim) At(_ robustness.Shape, severity int) corruption.Transform {
	return func(to, x []uint8, _ *rand.Rand) {
		for i, v := range x {
			to[i] = v >> severity
		}
	}
}

// corrupted is a plan with corruptions, one of which is known to nobody else.
func corrupted(t *testing.T, d dim) (census.Plan, objective.Catalogue) {
	t.Helper()
	p := quick(t, nil)
	known := objective.Usual()
	known.Corruptions = append(known.Corruptions, d)
	of := p.Lab.Protocol
	of.Corruptions = []live.Corruption{{Name: "frost", Images: 64}, {Name: "dim", Images: 32}}
	var err error
	if p.Lab, err = live.NewLab(of, known, p.Lab.Kernel); err != nil {
		t.Fatal(err)
	}
	return p, known
}

func TestCorruptionsAreMeasuredAndRead(t *testing.T) {
	p, _ := corrupted(t, dim{"no lamp"})
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole)
	content := zipped(t, p, records)
	tab, err := table.Open(filepath.Dir(zipFile(t, content)), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if text := tab.Info().Corruptions; !strings.Contains(text, "frost, dim on 64 images") || !strings.Contains(text, "dim: no lamp") {
		t.Errorf("the table says %q of its corruptions", text)
	}
	names := []string{"dim_acc", "dim_acc@severity1", "dim_acc@severity5", "frost_loss@severity2"}
	view, err := tab.Select(t.Context(), names, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	c := p.Cells[0]
	out, err := view.Evaluate(t.Context(), objective.Request{Arch: c.Arch(), Fidelity: 1})
	if err != nil {
		t.Fatal(err)
	}
	var want [4]float64
	for _, r := range records {
		if r.Cell != c.Canonical().Index() {
			continue
		}
		for _, row := range r.Corrupted[1] {
			want[0] += row[0] / 5 / 2
		}
		want[1] += r.Corrupted[1][0][0] / 2
		want[2] += r.Corrupted[1][4][0] / 2
		want[3] += r.Corrupted[0][1][2] / 2
	}
	for i, v := range out.Values {
		if math.Abs(v-want[i]) > .0006 {
			t.Errorf("%s is %v: want %v", names[i], v, want[i])
		}
	}
	if _, err := tab.Select(t.Context(), []string{"dim_acc@severity6"}, table.Settings{}); err == nil {
		t.Error("a severity that the table lacks: no error")
	}
	if _, err := tab.Select(t.Context(), []string{"corruption_acc"}, table.Settings{}); err == nil {
		t.Error("the mean over corruptions of which most are not there: no error")
	}
}

func TestTableOfCorruptionsHolds(t *testing.T) {
	p, known := corrupted(t, dim{"no lamp"})
	records := build(t, p, filepath.Join(t.TempDir(), "log"), 2, whole)
	for _, compact := range []bool{false, true} {
		of := newTable(t, p, records)
		of.Compact = compact
		var b bytes.Buffer
		if err := of.Write(&b); err != nil {
			t.Fatal(err)
		}
		tab, err := table.Open(filepath.Dir(zipFile(t, b.Bytes())), table.Options{})
		if err != nil {
			t.Fatal(err)
		}
		header, err := census.ParseHeader(tab.Protocol(), known)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := header.Plan(known, p.Lab.Kernel)
		if err != nil {
			t.Fatal(err)
		}
		plan.Cells = p.Cells[:1]
		if slices.Contains(of.Metrics(), "dim_conf@severity1") == compact || tab.Info().Compact != compact {
			t.Errorf("compact %v: metrics %v", compact, of.Metrics())
		}
		v, err := plan.Verify(t.Context(), of.Header, tab, 1, func(int, int) {})
		if err != nil || len(v.Differences) > 0 || v.Numbers != len(of.Metrics()) {
			t.Errorf("compact %v: %+v, %v", compact, v, err)
		}
	}
}

// Images of another origin do not go into the same log.
func TestLogKeepsTheOriginOfImages(t *testing.T) {
	p, _ := corrupted(t, dim{"no lamp"})
	path := filepath.Join(t.TempDir(), "log")
	build(t, p, path, 1, 1)
	other, known := corrupted(t, dim{"a candle"})
	header := other.Header("quick", "test")
	if _, err := census.OpenLog(path, &header); err == nil || !strings.Contains(err.Error(), "a candle") {
		t.Errorf("another lamp: error %v", err)
	}
	if _, err := live.NewLab(p.Lab.Protocol, known, p.Lab.Kernel); err == nil || !strings.Contains(err.Error(), "origin of dim no lamp: want a candle") {
		t.Errorf("a protocol with another lamp: error %v", err)
	}
}
