package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective/objectivetest"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// run runs the program and returns its exit code and outputs.
func run(ctx context.Context, args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = cmd.Run(ctx, cmd.Extensions{Backends: backend.Registry{Backend()}}, args, &o, &e)
	return code, o.String(), e.String()
}

func TestGuessIsSearched(t *testing.T) {
	code, out, errs := run(t.Context(), "--backend", "guess", "--pool", "0.05", "--budget", "200", "-o", "json")
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	var result struct {
		Queries int
		Best    struct{ Values map[string]float64 }
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatal(err)
	}
	// Six live edges, all of them poolings, are worth .66: the search comes near.
	if best := result.Best.Values["pgd_acc"]; result.Queries != 200 || best < .6 || best > .6601 {
		t.Errorf("%d queries, best %g", result.Queries, best)
	}
}

func TestEveryCommandKnowsTheBackend(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
		want string
	}{
		"help":             {[]string{"--help"}, 0, "With --backend guess:\n      --pool float"},
		"usage of backend": {[]string{"--help"}, 0, ", or guess, by a formula"},
		"completion":       {[]string{"__complete", "--backend", "g"}, 0, "guess\n"},
		"listing":          {[]string{"objectives", "--backend", "guess"}, 0, "pgd_acc  max   guessed  accuracy under PGD"},
		"text":             {[]string{"--backend", "guess", "--budget", "5"}, 0, "guess    a pooling is worth 0.01 · 6,466 classes\n"},
		"another's flag":   {[]string{"--pool", "0.1"}, 2, "--pool has no meaning with --backend table: leave it out, or choose --backend guess"},
		"its own mistake":  {[]string{"--backend", "guess", "--objective", "params"}, 2, "want pgd_acc"},
		"eps":              {[]string{"--backend", "guess", "--eps", "8/255"}, 2, "--eps has no meaning for a guess"},
		"dataset":          {[]string{"--backend", "guess", "--dataset", "cifar10"}, 2, "--dataset has no meaning for a guess"},
		"what there is":    {[]string{"--backend", "guest"}, 2, "or guess; did you mean guess?"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := run(t.Context(), c.args...)
			text := out + errs
			if name == "usage of backend" {
				text = strings.Join(strings.Fields(text), " ") // help is wrapped
			}
			if code != c.code || !strings.Contains(text, c.want) {
				t.Errorf("exit code %d, want %d with %q:\n%s%s", code, c.code, c.want, out, errs)
			}
		})
	}
}

// The flags are part of the source: a study is reported, and not continued under another formula.
func TestStudyOfAnotherFormulaIsRefused(t *testing.T) {
	study := filepath.Join(t.TempDir(), "study.jsonl")
	if code, _, errs := run(t.Context(), "--backend", "guess", "--budget", "5", "--study", study); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs)
	}
	code, page, errs := run(t.Context(), "report", study, "--out", "-")
	if code != 0 || !strings.Contains(page, "guess pool=0.01") {
		t.Errorf("exit code %d, the page does not tell whose values they are: %s", code, errs)
	}
	code, _, errs = run(t.Context(), "--backend", "guess", "--budget", "5", "--study", study, "--pool", "0.3")
	if code != 1 || !strings.Contains(errs, "pool=0.01") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}

func TestGuessKeepsTheContract(t *testing.T) {
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	objectivetest.Run(t, sp, &Guess{pool: .01})
}

// A study is run again by the backend that it asked, with its flags, by whoever has it.
func TestStudyIsReproduced(t *testing.T) {
	study := filepath.Join(t.TempDir(), "study.jsonl")
	code, out, errs := run(t.Context(), "--backend", "guess", "--pool", "0.02", "--budget", "5", "--study", study)
	if code != 0 || !strings.Contains(out, "\nnassearch --backend guess ") || !strings.Contains(out, " --pool 0.02  # nassearch ") {
		t.Fatalf("exit code %d: %s%s", code, out, errs)
	}
	if code, out, errs := run(t.Context(), "reproduce", study); code != 0 || !strings.Contains(out, "5 trials: every one is equal") {
		t.Errorf("exit code %d: %s%s", code, out, errs)
	}
	if code, _, errs := run(t.Context(), "reproduce", study, "--pool", "0.3"); code != 1 || !strings.Contains(errs, "made with pool=0.02, now pool=0.3") {
		t.Errorf("exit code %d: %s", code, errs)
	}
}
