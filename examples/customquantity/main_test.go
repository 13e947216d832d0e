package main

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// run runs the program and returns its exit code and all that it prints.
func run(t *testing.T, args ...string) (code int, text string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cmd.Run(t.Context(), cmd.Extensions{Quantities: []live.Quantity{Mirrored{}}}, args, &out, &errs)
	return code, out.String() + errs.String()
}

func TestMirrorTurnsRowsRound(t *testing.T) {
	s := &dataset.Set{Channels: 1, Side: 2, Pixels: []uint8{1, 2, 3, 4, 5, 6, 7, 8}, Labels: []int{0, 1}}
	if got := mirror(s).Pixels; !slices.Equal(got, []uint8{2, 1, 4, 3, 6, 5, 8, 7}) || s.Pixels[0] != 1 {
		t.Errorf("%v of %v", got, s.Pixels)
	}
}

// What is mirrored twice is as it was: on mirrored images a network has the accuracy that it has on the images.
func TestMirroredTwiceIsClean(t *testing.T) {
	p, err := live.Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	p.Training.Epochs = 1
	lab, err := live.NewLab(p, objective.Usual(), kernel.Available()[0])
	if err != nil {
		t.Fatal(err)
	}
	cell, err := nasbench201.FromIndex(1462)
	if err != nil {
		t.Fatal(err)
	}
	w, _, err := lab.Train(t.Context(), cell, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	images, mirrored := lab.Bench(w, lab.Images.Test, 1), lab.Bench(w, mirror(lab.Images.Test), 1)
	defer images.Close()
	defer mirrored.Close()
	clean, err := images.Clean(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := Mirrored{}.Measure(t.Context(), mirrored, nil)
	if err != nil || len(got) != 1 || got[0] != clean.Accuracy || clean.Accuracy <= .1 {
		t.Errorf("%v, %v: want %g", got, err, clean.Accuracy)
	}
	if n := lab.Images.Test.Len(); mirrored.Passes.Forward != n {
		t.Errorf("%d passes of %d images", mirrored.Passes.Forward, n)
	}
}

func TestMirroredIsSearchedFor(t *testing.T) {
	study := filepath.Join(t.TempDir(), "run.jsonl")
	search := []string{"--backend", "live", "--objective", "mirrored_acc,clean_acc", "--strategy", "random",
		"--budget", "4", "--epochs", "1", "-o", "json", "--log-level", "error"}
	code, text := run(t, append(search, "--study", study, "--final-test")...)
	var got struct {
		Settings map[string]string
		Front    []struct{ Values, Test map[string]float64 }
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s", code, err, text)
	}
	if got.Settings["mirrored.images"] != "1024" || len(got.Front) == 0 {
		t.Errorf("%+v", got)
	}
	for _, p := range got.Front {
		if m, c, tested := p.Values["mirrored_acc"], p.Values["clean_acc"], p.Test["mirrored_acc"]; m == c || m <= .1 || tested <= .1 {
			t.Errorf("mirrored_acc %g beside clean_acc %g, %g on the test images", m, c, tested)
		}
	}
	if code, page := run(t, "report", study, "--out", "-"); code != 0 || !strings.Contains(page, "mirrored_acc") {
		t.Errorf("exit code %d: the page does not tell of mirrored_acc", code)
	}
}

func TestListingExplainsMirrored(t *testing.T) {
	code, text := run(t, "objectives", "--backend", "live")
	words := strings.Join(strings.Fields(text), " ") // however wide the columns are
	if want := "mirrored_acc max left for right"; code != 0 || !strings.Contains(words, want) {
		t.Errorf("exit code %d, no %q in\n%s", code, want, text)
	}
	if code, text := run(t, "--backend", "live", "--objective", "mirrored_acc@8/255"); code != 2 || !strings.Contains(text, "it has no eps") {
		t.Errorf("exit code %d: %s", code, text)
	}
}
