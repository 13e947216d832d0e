package main

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
)

// run runs the program and returns what it prints.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cmd.Run(t.Context(), extensions(), args, &out, &errs); code != 0 {
		t.Fatalf("%s: exit code %d: %s", args, code, errs.String())
	}
	return out.String()
}

func TestFlatNamesEveryNumber(t *testing.T) {
	value := []any{map[string]any{"b": []int{1, 2}, "a": nil}, "x"}
	var out bytes.Buffer
	if err := Flat(&out, value); err != nil {
		t.Fatal(err)
	}
	if want := "[0].a = <nil>\n[0].b[0] = 1\n[0].b[1] = 2\n[1] = x\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}

func TestFlatIsAFormOfEveryCommand(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"--budget 20", "\nbest.values.pgd_acc = 0."},
		{"query 1462", "\nindex = 1462\n"},
		{"strategies bo", "name = bo\n"},
		{"dataset info", "name = fashion-mnist-8x8\n"},
		{"compare --strategies random --runs 2 --budget 10", "\nresults[0].also[0]."},
	} {
		if text := run(t, append(strings.Fields(c.args), "--output", "flat")...); !strings.Contains(text, c.want) {
			t.Errorf("%s: no %q in\n%s", c.args, c.want, text)
		}
	}
	if text := run(t, "__complete", "--output", ""); !strings.Contains(text, "\nflat\n") {
		t.Errorf("completion: %s", text)
	}
}

func TestTrimmedLeavesTheEndsOut(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{[]float64{7}, 7},
		{[]float64{-100, 1, 2, 3, 4, 5, 6, 7, 8, 900}, 4.5},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, 5},
	} {
		if got := Trimmed(c.x); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("of %v: %g, want %g", c.x, got, c.want)
		}
	}
}

func TestComparisonTellsTheTrimmedMean(t *testing.T) {
	compare := []string{"compare", "--strategies", "random,evolution", "--runs", "10", "--budget", "30", "--eps", "8/255"}
	if text := run(t, compare...); !strings.Contains(text, "IQM      trimmed  regret") {
		t.Errorf("no column\n%s", text)
	}
	var got struct {
		Results []struct {
			Strategies []struct {
				Checkpoints []struct {
					Quality struct {
						Min, Max float64
						More     []struct {
							Name             string
							Value, Low, High float64
						}
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(run(t, append(compare, "-o", "json")...)), &got); err != nil {
		t.Fatal(err)
	}
	for _, s := range got.Results[0].Strategies {
		for _, c := range s.Checkpoints {
			q := c.Quality
			if m := q.More[0]; m.Name != "trimmed" || m.Value < q.Min || m.Value > q.Max || m.Low > m.Value || m.High < m.Value {
				t.Errorf("%+v", q)
			}
		}
	}
}

func TestCellsAreListed(t *testing.T) {
	if n := strings.Count(run(t, "cells"), "\n"); n != 6466 {
		t.Errorf("%d lines", n)
	}
	if help := run(t, "--help"); !regexp.MustCompile(`\n  cells +List a cell of every class\n`).MatchString(help) {
		t.Error("the help does not list the command")
	}
}
