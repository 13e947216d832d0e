package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness"
)

// run runs the program with attacks and returns what it prints. The exit code must be the one that is wanted.
func run(t *testing.T, attacks robustness.Catalogue, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := cmd.Run(t.Context(), cmd.Extensions{Attacks: attacks}, args, &out, &errs); got != code {
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

func TestNetworkIsAttacked(t *testing.T) {
	var got struct {
		Clean   float64 `json:"clean_acc"`
		Methods []struct{ Name, Settings string }
		Attacks []struct {
			Name string
			Acc  float64
		}
	}
	decode(t, run(t, Attacks(), 0, "attack", "1462", "--epochs", "1", "--samples", "128", "--eps", "32/255",
		"--attacks", "noise,fgsm", "-o", "json"), &got)
	if got.Methods[0].Name != "noise" || got.Methods[0].Settings != "20 random points" {
		t.Errorf("methods %+v", got.Methods)
	}
	if noise, fgsm := got.Attacks[0].Acc, got.Attacks[1].Acc; !(fgsm < noise && noise < got.Clean) {
		t.Errorf("accuracy %g, %g under noise, %g under FGSM: want each below the one before", got.Clean, noise, fgsm)
	}
}

// live is a tiny search for accuracy under noise, kept in a file.
func live(study string) []string {
	return []string{"--backend", "live", "--objective", "noise_acc", "--eps", "16/255", "--budget", "2",
		"--epochs", "1", "--samples", "32", "--study", study, "-o", "json", "--log-level", "error"}
}

func TestNoiseIsSearchedForAndReported(t *testing.T) {
	study := filepath.Join(t.TempDir(), "run.jsonl")
	var got struct {
		Eps      string
		Settings map[string]string
		Best     struct{ Values map[string]float64 }
	}
	decode(t, run(t, Attacks(), 0, live(study)...), &got)
	if acc := got.Best.Values["noise_acc"]; acc <= .1 || acc > 1 || got.Eps != "16/255" {
		t.Errorf("noise_acc %g at %s: a network that was trained does better than to guess", acc, got.Eps)
	}
	if got.Settings["noise.settings"] != "20 random points" {
		t.Errorf("settings %v", got.Settings)
	}
	if page := run(t, Attacks(), 0, "report", study, "--out", "-"); !strings.Contains(page, "noise_acc at 16/255") {
		t.Error("the page does not tell of noise_acc")
	}
}

// What an attack says of itself is part of a study.
func TestStudyIsNotContinuedWithOtherSettings(t *testing.T) {
	study := filepath.Join(t.TempDir(), "run.jsonl")
	run(t, Attacks(), 0, live(study)...)
	weaker := Attacks()
	weaker[0].Attacks = []robustness.Attack{Noise{Tries: 5}}
	if text := run(t, weaker, 1, live(study)...); !strings.Contains(text, "5 random points") {
		t.Errorf("%q does not name the settings", text)
	}
}

func TestTableOfNoiseIsBuiltAndRead(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "noisy")
	run(t, Attacks(), 0, "table", "build", "--attacks", "noise@16/255,fgsm@8/255", "--limit", "1", "--seeds", "1", "--epochs", "1", "--out", dir)
	run(t, Attacks(), 0, "table", "verify", dir, "--archs", "1")
	var got struct {
		Attacks string
		Metrics []struct {
			Metric, Setting string
			Classes         int
		}
	}
	decode(t, run(t, Attacks(), 0, "table", "info", "--data", dir, "-o", "json"), &got)
	classes := map[string]int{}
	for _, m := range got.Metrics {
		classes[m.Metric+"@"+m.Setting] = m.Classes
	}
	if classes["noise_acc@16/255"] != 1 || classes["fgsm_acc@8/255"] != 1 {
		t.Errorf("classes by metric: %v", classes)
	}
	if want := "L-infinity: noise (20 random points) on 1024 images; fgsm"; got.Attacks != want {
		t.Errorf("attacks %q, want %q", got.Attacks, want)
	}
	picture := filepath.Join(t.TempDir(), "eps.svg")
	run(t, Attacks(), 0, "table", "plot", "--data", dir, "--out", picture)
	if text, err := os.ReadFile(picture); err != nil || !strings.Contains(string(text), "Random noise") {
		t.Errorf("%v: the picture does not name the attack", err)
	}
	// Who has not the attack can read its values: they are those of a file.
	if text := run(t, nil, 0, "objectives", "--data", dir); !strings.Contains(text, "noise_acc") {
		t.Errorf("no noise_acc among\n%s", text)
	}
}

func TestHelpAndCompletionNameNoise(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"attack", "--help"}, "aa, noise"},
		{[]string{"__complete", "attack", "--attacks", ""}, " noise "},
		{[]string{"table", "build", "--help"}, "aa, noise"},
		{[]string{"objectives", "--backend", "live"}, "noise_acc max 6/255 20 random points"},
	} {
		// Where lines are broken and how wide columns are depends on what else there is.
		if text := run(t, Attacks(), 0, c.args...); !strings.Contains(strings.Join(strings.Fields(text), " "), c.want) {
			t.Errorf("%s: no %q in\n%s", c.args, c.want, text)
		}
	}
}
