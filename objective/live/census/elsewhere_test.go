package census_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
)

// What is measured elsewhere comes in any order, and stands in the log in that of the plan.
func TestLogOfPiecesFromElsewhereIsThatOfOneWorker(t *testing.T) {
	plan := quick(t, nil)
	dir := t.TempDir()
	alone := openLog(t, plan, filepath.Join(dir, "alone"))
	if err := plan.Build(t.Context(), alone, 1, func(census.Progress) {}); err != nil {
		t.Fatal(err)
	}
	order, err := plan.Header("quick", "v1").Order()
	if err != nil {
		t.Fatal(err)
	}
	there, err := census.Fill(order, "", objective.Usual())
	if err != nil {
		t.Fatal(err)
	}
	// The first piece is held until all others have been measured.
	var others sync.WaitGroup
	others.Add(5)
	first := true
	var mu sync.Mutex
	measure := func(ctx context.Context, w census.Piece) (census.Record, error) {
		mu.Lock()
		held := first
		first = false
		mu.Unlock()
		r, err := there.Measure(ctx, w)
		if held {
			others.Wait()
		} else {
			others.Done()
		}
		return r, err
	}
	log := openLog(t, plan, filepath.Join(dir, "elsewhere"))
	var told []int
	err = plan.BuildElsewhere(t.Context(), log, 6, measure, func(p census.Progress) { told = append(told, p.Done) })
	if err != nil || !slices.Equal(told, []int{0, 1, 2, 3, 4, 5, 6}) {
		t.Fatalf("told %v, %v", told, err)
	}
	if err := errors.Join(log.Close(), alone.Close()); err != nil {
		t.Fatal(err)
	}
	if got, want := untimed(t, filepath.Join(dir, "elsewhere")), untimed(t, filepath.Join(dir, "alone")); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// A record of something else, or without the protocol's numbers, is no record.
func TestWhatWasNotAskedForIsRefused(t *testing.T) {
	plan := quick(t, nil)
	for name, measure := range map[string]func(context.Context, census.Piece) (census.Record, error){
		"another piece": func(context.Context, census.Piece) (census.Record, error) {
			return census.Record{Cell: 77, Seed: 1, Failed: "no"}, nil
		},
		"no numbers": func(_ context.Context, w census.Piece) (census.Record, error) {
			return census.Record{Cell: w.Cell, Seed: w.Seed}, nil
		},
	} {
		log := openLog(t, plan, filepath.Join(t.TempDir(), "log"))
		if err := plan.BuildElsewhere(t.Context(), log, 2, measure, func(census.Progress) {}); err == nil {
			t.Errorf("%s is taken", name)
		}
		if n := len(log.Records()); n != 0 {
			t.Errorf("%s: %d records", name, n)
		}
	}
}

// Who would measure other numbers says so.
func TestOrderOfAnotherProtocolIsRefused(t *testing.T) {
	plan := quick(t, nil)
	order, err := plan.Header("quick", "v1").Order()
	if err != nil {
		t.Fatal(err)
	}
	same, err := quick(t, nil).Header("other name", "v2").Order()
	if err != nil || string(same) != string(order) {
		t.Errorf("%s and %s, want the same (%v)", same, order, err)
	}
	for from, to := range map[string]string{
		`"kernel":"` + plan.Lab.Kernel.Name: `"kernel":"abacus`,
		plan.Lab.Images.Train.Digest():      "00000000",
		`"epochs":1`:                        `"epochs":-1`,
		`{`:                                 ``,
	} {
		text := strings.Replace(string(order), from, to, 1)
		if text == string(order) {
			t.Fatalf("%s is not in %s", from, order)
		}
		if _, err := census.Fill([]byte(text), "", objective.Usual()); err == nil {
			t.Errorf("%s is filled", to)
		}
	}
	changed := quick(t, func(p *live.Protocol) { p.Training.LearningRate = .2 })
	if other, err := changed.Header("quick", "v1").Order(); err != nil || string(other) == string(order) {
		t.Errorf("another protocol has the same order (%v)", err)
	}
}

// clock are the times in a log, and the checksums that chain its lines.
var clock = regexp.MustCompile(`"(seconds|sum)":[^,}]*`)

// untimed is a log without them.
func untimed(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return clock.ReplaceAllString(string(text), "")
}
