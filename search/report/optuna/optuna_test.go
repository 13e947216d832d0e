package optuna_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/optuna"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

const arch = space.Arch("|nor_conv_1x1~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_3x3~1|none~2|")

// result has a success, a duplicate of it and a failure, told out of order.
func result(metrics ...objective.Metric) search.Result {
	values := []float64{.5, 1e5}[:len(metrics)]
	return search.Result{
		Study: search.Description{
			Space: "nasbench201", Objective: metrics, Source: "f00d", Strategy: "evolution",
			Options: search.Options{"population": "30"}, Seed: 1<<63 + 1, Window: 2, CountDuplicates: true,
		},
		Trials: []search.Trial{
			{ID: 1, Arch: arch, Fidelity: 1, Failure: `it said "no" <&>`, Of: -1, Start: 0, End: time.Hour},
			{ID: 0, Arch: arch, Fidelity: 1, Values: values, Of: -1, Start: 0, End: 90 * time.Minute, Wall: 1500 * time.Millisecond},
			{ID: 2, Arch: arch, Fidelity: 1, Values: values, Of: 0, Start: time.Hour, End: 90 * time.Minute},
		},
	}
}

var (
	pgd    = objective.Metric{Name: "pgd_acc", Setting: objective.At(1)}
	params = objective.Metric{Name: "params", Goal: objective.Minimize}
)

func written(t *testing.T, r search.Result, s space.Space) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := optuna.Write(&b, "run", r, space.Names{Space: s}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func cells(t *testing.T) nasbench201.Space {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return sp
}

func TestTrialsStandInTheOrderOfTheirNumbers(t *testing.T) {
	var trials []map[string]any
	for text := range strings.Lines(string(written(t, result(pgd), cells(t)))) {
		var l map[string]any
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%v in %s", err, text)
		}
		if l["op_code"] == 4. {
			trials = append(trials, l)
		}
	}
	type row struct {
		Trial, State, Value, Query, Of, Start, End any
	}
	var got []row
	for _, l := range trials {
		a := l["user_attrs"].(map[string]any)
		got = append(got, row{a["trial"], l["state"], l["value"], a["query"], a["duplicate_of"], l["datetime_start"], l["datetime_complete"]})
	}
	want := []row{
		{0., 1., .5, 2., nil, "2000-01-01T00:00:00.000000", "2000-01-01T01:30:00.000000"},
		{1., 3., nil, 1., nil, "2000-01-01T00:00:00.000000", "2000-01-01T01:00:00.000000"},
		{2., 1., .5, 3., 0., "2000-01-01T01:00:00.000000", "2000-01-01T01:30:00.000000"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSpaceWithoutParametersHasNoDistributions(t *testing.T) {
	grid := searchtest.NewGrid(2, 2)
	r := result(pgd)
	for i := range r.Trials {
		r.Trials[i].Arch = grid.Class(0)
	}
	bare := struct{ space.Space }{grid}
	if text := string(written(t, r, bare)); strings.Contains(text, "CategoricalDistribution") || strings.Count(text, `"params":{}`) != 3 {
		t.Error(text)
	}
}

//go:embed testdata/load.py
var load string

// loaded is what testdata/load.py tells of a study.
type loaded struct {
	Name        string
	Directions  []string
	MetricNames []string `json:"metric_names"`
	Attrs       map[string]any
	Trials      []loadedTrial
}

type loadedTrial struct {
	Number   int
	State    string
	Values   []float64
	Params   map[string]string
	Choices  map[string][]string
	Attrs    map[string]any
	Duration float64
}

// TestOptunaLoadsTheJournal needs Python with optuna.
func TestOptunaLoadsTheJournal(t *testing.T) {
	python := sharedtest.Python(t, "optuna")
	choices := []string{"none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"}
	for name, metrics := range map[string][]objective.Metric{"one metric": {pgd}, "two metrics": {pgd, params}} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "run.log")
			if err := os.WriteFile(file, written(t, result(metrics...), cells(t)), 0o644); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), python, "-c", load, file)
			cmd.Stderr = os.Stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			var got loaded
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatalf("%v in %s", err, out)
			}
			params := map[string]string{"1<-0": "nor_conv_1x1", "2<-0": "none", "2<-1": "skip_connect", "3<-0": "avg_pool_3x3", "3<-1": "nor_conv_3x3", "3<-2": "none"}
			all := map[string][]string{}
			for edge := range params {
				all[edge] = choices
			}
			values := []float64{.5, 1e5}[:len(metrics)]
			want := loaded{
				Name: "run", Directions: []string{"MAXIMIZE", "MINIMIZE"}[:len(metrics)], MetricNames: []string{"pgd_acc at 1/255", "params"}[:len(metrics)],
				Attrs: map[string]any{
					"space": "nasbench201", "strategy": "evolution", "options": map[string]any{"population": "30"},
					"seed": "9223372036854775809", "window": 2., "count_duplicates": true, "source": "f00d",
				},
				Trials: []loadedTrial{
					{0, "COMPLETE", values, params, all, map[string]any{"trial": 0., "arch": string(arch), "fidelity": 1., "wall_seconds": 1.5, "query": 2.}, 5400},
					{1, "FAIL", nil, params, all, map[string]any{"trial": 1., "arch": string(arch), "fidelity": 1., "wall_seconds": 0., "query": 1., "failure": `it said "no" <&>`}, 3600},
					{2, "COMPLETE", values, params, all, map[string]any{"trial": 2., "arch": string(arch), "fidelity": 1., "wall_seconds": 0., "query": 3., "duplicate_of": 0.}, 1800},
				},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Optuna's best trial is one of the full training: others are pruned, with what they had in between.
func TestTrialsOfLowerFidelityArePruned(t *testing.T) {
	r := result(pgd)
	r.Trials[1].Fidelity = .125
	r.Trials[2].Of = -1
	var states []int
	for text := range bytes.Lines(written(t, r, cells(t))) {
		var l struct {
			State        *int               `json:"state"`
			Value        *float64           `json:"value"`
			Intermediate map[string]float64 `json:"intermediate_values"`
		}
		if err := json.Unmarshal(text, &l); err != nil {
			t.Fatal(err)
		}
		if l.State == nil {
			continue
		}
		if states = append(states, *l.State); *l.State == 2 && (*l.Value != .5 || l.Intermediate["125"] != .5) {
			t.Errorf("pruned with %v, %v", *l.Value, l.Intermediate)
		}
	}
	if want := []int{2, 3, 1}; !slices.Equal(states, want) {
		t.Errorf("states %v, want %v", states, want)
	}
}
