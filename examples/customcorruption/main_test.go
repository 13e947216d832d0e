package main

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness/corruption"
)

// run runs the program with corruptions and returns what it prints. The exit code must be the one that is wanted.
func run(t *testing.T, all corruption.Catalogue, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := cmd.Run(t.Context(), cmd.Extensions{Corruptions: all}, args, &out, &errs); got != code {
		t.Fatalf("%s: exit code %d, want %d: %s", args, got, code, errs.String())
	}
	return out.String() + errs.String()
}

func decode(t *testing.T, text string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), to); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
}

func TestNetworkIsMeasured(t *testing.T) {
	var got struct {
		Clean       float64 `json:"clean_acc"`
		Corruptions []struct {
			Name, Origin string
			Severity     int
			Acc          float64
		}
		All *float64 `json:"corruption_acc"`
	}
	decode(t, run(t, Corruptions(), 0, "attack", "1462", "--epochs", "1", "--samples", "256", "--attacks", "none",
		"--corruptions", "occlusion", "-o", "json"), &got)
	if n := len(got.Corruptions); n != 5 || got.Corruptions[0].Origin != "squares of grey 128" || got.All != nil {
		t.Fatalf("%+v", got)
	}
	if first, last := got.Corruptions[0], got.Corruptions[4]; first.Severity != 1 || last.Severity != 5 ||
		!(last.Acc < first.Acc && first.Acc <= got.Clean+.02) {
		t.Errorf("clean accuracy %g, %+v, %+v: want less behind larger squares", got.Clean, first, last)
	}
}

func TestSheetShowsIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sheet.png")
	text := run(t, Corruptions(), 0, "corrupt", "--corruptions", "occlusion,fog", "--images", "1", "--out", path)
	if !strings.Contains(text, "occlusion  ") || !strings.Contains(text, "squares of grey 128") {
		t.Errorf("%s", text)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := png.Decode(f); err != nil {
		t.Error(err)
	}
}

// live is a tiny search, kept in a file.
func live(study string) []string {
	return []string{"--backend", "live", "--objective", "occlusion_acc", "--budget", "2", "--epochs", "1",
		"--samples", "64", "--study", study, "-o", "json", "--log-level", "error"}
}

// What a corruption says of its images is part of a study.
func TestOcclusionIsSearchedFor(t *testing.T) {
	study := filepath.Join(t.TempDir(), "run.jsonl")
	var got struct {
		Settings map[string]string
		Best     struct{ Values map[string]float64 }
	}
	decode(t, run(t, Corruptions(), 0, live(study)...), &got)
	if acc := got.Best.Values["occlusion_acc"]; acc <= .1 || acc > 1 || got.Settings["occlusion.origin"] != "squares of grey 128" {
		t.Errorf("occlusion_acc %g, settings %v", acc, got.Settings)
	}
	if page := run(t, Corruptions(), 0, "report", study, "--out", "-"); !strings.Contains(page, "occlusion_acc") {
		t.Error("the page does not tell of occlusion_acc")
	}
	if text := run(t, corruption.Catalogue{Occlusion{Grey: 7}}, 1, live(study)...); !strings.Contains(text, "squares of grey 7") {
		t.Errorf("%q does not name the origin", text)
	}
}

func TestTableIsBuiltReadAndDrawn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "occluded")
	run(t, Corruptions(), 0, "table", "build", "--corruptions", "occlusion", "--attacks", "none", "--measures", "none", "--fidelities", "none", "--limit", "1",
		"--seeds", "1", "--epochs", "1", "--out", dir)
	run(t, Corruptions(), 0, "table", "verify", dir, "--archs", "1")
	picture := filepath.Join(t.TempDir(), "severity.svg")
	run(t, Corruptions(), 0, "table", "plot", dir, "--kind", "severity", "--out", picture)
	if text, err := os.ReadFile(picture); err != nil || !strings.Contains(string(text), "occlusion") {
		t.Errorf("%v: the picture does not name the corruption", err)
	}
	// Who has not the corruption can read its values: they are those of a file.
	if text := run(t, nil, 0, "table", "info", dir); !strings.Contains(text, "occlusion: squares of grey 128") ||
		!strings.Contains(text, "\nocclusion_acc   mean of 5 severities  1 ") {
		t.Errorf("%s", text)
	}
}

func TestHelpAndCompletionNameIt(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"attack", "--help"}, "occlusion"},
		{[]string{"__complete", "attack", "--corruptions", "fog,oc"}, "fog,occlusion\n"},
		{[]string{"__complete", "table", "build", "--corruptions", "a"}, "all\n"},
		{[]string{"objectives", "--backend", "live"}, "occlusion_acc "},
		{[]string{"corrupt", "--help"}, "occlusion"},
	} {
		if text := run(t, Corruptions(), 0, c.args...); !strings.Contains(text, c.want) {
			t.Errorf("%s: no %q in\n%s", c.args, c.want, text)
		}
	}
}
