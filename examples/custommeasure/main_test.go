package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/probe"
)

// run runs the program and returns its exit code and all that it prints.
func run(t *testing.T, args ...string) (code int, text string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cmd.Run(t.Context(), cmd.Extensions{Measures: measure.Catalogue{Awake()}}, args, &out, &errs)
	return code, out.String() + errs.String()
}

// Of a batch that batch norm has centred about half is above 0, whatever part of a block of lanes it fills; a network all
// of whose batch norms subtract much is asleep but for what no batch norm stands before.
func TestAwakeCountsInputsAboveZero(t *testing.T) {
	cell, err := nasbench201.FromIndex(1462)
	if err != nil {
		t.Fatal(err)
	}
	w, err := trainer.NewWeights(trainer.Spec{
		Cell: cell, Network: nasbench201.Network{Channels: 4, Depth: 1, Classes: 3, Image: 8, Inputs: 1},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, images := range []int{1, 3, 16, 21} {
		x := robustness.Batch{Shape: robustness.Shape{Channels: 1, Height: 8, Width: 8}, Pixels: make([]float32, images*64)}
		for i := range x.Pixels {
			x.Pixels[i] = float32(math.Abs(math.Sin(float64(i))))
		}
		c := probe.Case(w, x, make([]int, images), 1, kernel.Available()[0].Double())
		got, err := awake(t.Context(), c)
		if err != nil || got < .3 || got > .7 {
			t.Errorf("%d images: %g, %v", images, got, err)
		}
		for i, p := range []int{0, 1} { // the same images in another order
			order := slices.Clone(x.Pixels)
			if i > 0 && images > 1 {
				copy(order, x.Pixels[p*64:])
				copy(order[(images-1)*64:], x.Pixels[:64])
			}
			other := probe.Case(w, robustness.Batch{Shape: x.Shape, Pixels: order}, make([]int, images), 1, kernel.Available()[0].Double())
			if again, err := awake(t.Context(), other); err != nil || math.Abs(again-got) > .01 {
				t.Errorf("%d images in another order: %g, %v, want %g", images, again, err, got)
			}
		}
	}
}

// One network, a search and a table have the same value of a cell.
func TestAwakeIsAMetricAndAColumn(t *testing.T) {
	dir := t.TempDir()
	cells, table := filepath.Join(dir, "cells.txt"), filepath.Join(dir, "awake.csv")
	if err := os.WriteFile(cells, []byte("1327\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, text := run(t, "measure", "1327", "--metrics", "awake", "-o", "json")
	var one struct {
		Measures []struct{ Value float64 }
	}
	if err := json.Unmarshal([]byte(text), &one); err != nil || code != 0 || len(one.Measures) != 1 {
		t.Fatalf("exit code %d, %v: %s", code, err, text)
	}
	want := one.Measures[0].Value
	if want < .2 || want > .8 {
		t.Errorf("%g of the ReLUs are awake", want)
	}
	if code, text := run(t, "measure", "--all", "--archs", cells, "--metrics", "awake", "--out", table); code != 0 {
		t.Fatalf("exit code %d: %s", code, text)
	}
	b, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	lines := csv.NewReader(bytes.NewReader(b))
	lines.Comment = '#'
	rows, err := lines.ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	row := rows[1]
	if got, err := strconv.ParseFloat(row[len(row)-1], 64); err != nil || math.Abs(got-want) > 1e-12 {
		t.Errorf("the table has %v, want %g", row, want)
	}
	code, text = run(t, "--data", table, "--objective", "awake", "--known", "--strategy", "random", "--budget", "1")
	if code != 0 || !strings.Contains(text, "best     awake 0.") {
		t.Errorf("exit code %d: %s", code, text)
	}
	code, text = run(t, "--backend", "live", "--objective", "awake", "--strategy", "random", "--budget", "2")
	if code != 0 || !strings.Contains(text, "best     awake 0.") || !strings.Contains(text, "not trained") {
		t.Errorf("exit code %d: %s", code, text)
	}
	if _, text := run(t, "objectives", "--backend", "live"); !strings.Contains(text, "share of ReLUs' inputs above 0") {
		t.Errorf("it is not explained in\n%s", text)
	}
}
