package report_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
)

// measured are the circumstances of a search that measures.
func measured() report.Context {
	return report.Context{
		Backend: "live", About: "tiny: images 8x8", Notes: []report.Note{{Label: "attack", Text: "pgd: 7 steps"}}, Space: searchtest.NewGrid(2, 3),
		Split: "validation", CoreSeconds: 6, Tests: map[space.Arch][]float64{"0,2": {.65}}, TestImages: "1,024 test images",
	}
}

func TestTextTellsValidationFromTest(t *testing.T) {
	s, err := report.New(t.Context(), result(acc), measured())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Text(&b); err != nil {
		t.Fatal(err)
	}
	want := `
live     tiny: images 8x8 · 6 classes
attack   pgd: 7 steps
search   evolution a=1 b=2 · seed 5 · 4 queries (1 duplicate was free, 1 failed)
took     6.0 s of core time, 1.50 s a query
failed   1 of 4 queries failed: 1 × lost

best     pgd_acc 0.7000 at 1/255 on the validation images · query 3
         0,2
test     pgd_acc 0.6500 at 1/255 on the 1,024 test images, which the search has not seen
`
	if got := "\n" + b.String(); !strings.HasPrefix(got, want) {
		t.Error(cmp.Diff(want, got))
	}
	if s.Test["pgd_acc"] != .65 || s.Best.Values["pgd_acc"] != .7 {
		t.Errorf("JSON has test %v beside %v", s.Test, s.Best.Values)
	}
}

// Whoever paid for a final test finds it in every form of the result.
func TestCSVHasTestValues(t *testing.T) {
	s, err := report.New(t.Context(), result(acc), measured())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.CSV(&b); err != nil {
		t.Fatal(err)
	}
	want := `trial,query,arch,class,index,id,duplicate_of,pgd_acc,test_pgd_acc,failure
0,1,"0,0","0,0",,,,,,lost
1,2,"1,0","0,1",,,,0.5,,
3,3,"2,0","0,2",,,,0.7,0.65,
4,4,"2,2","2,2",,,,0.6,,
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestFrontHasTestValues(t *testing.T) {
	c := measured()
	c.Tests = map[space.Arch][]float64{"0,2": {.6, .5}, "0,1": {.2, .4}}
	s, err := report.New(t.Context(), result(acc, objective.Metric{Name: "size", Goal: objective.Minimize}), c)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := s.Text(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"test     the 1,024 test images", "test: pgd_acc  test: size", "0.7000            0.7000  0.6000         0.5000"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}

func TestFailuresAreToldByCause(t *testing.T) {
	r := result(acc)
	r.Failed, r.Queries = 7, 10
	for i, f := range []struct {
		cause  objective.Cause
		reason string
	}{
		{"", "lost"}, {"", "no 1,1"}, {objective.Missing, "no 1,1"}, {objective.OutOfTime, "late"}, {"", "no 1,0"},
		{objective.Missing, "no 0,1"},
	} {
		arch := space.Arch("1,1")
		if i >= 4 {
			arch = space.Arch(f.reason[3:])
		}
		r.Trials = append(r.Trials, search.Trial{ID: 5 + i, Arch: arch, Of: -1, Failure: f.reason, Cause: f.cause})
	}
	s, err := report.New(t.Context(), r, measured())
	if err != nil {
		t.Fatal(err)
	}
	want := []report.Failure{
		{objective.OtherCause, 2, "lost", []int{0, 5}}, {objective.OtherCause, 2, "no 1,1", []int{6, 9}},
		{objective.Missing, 2, "no 1,1", []int{7, 10}}, {objective.OutOfTime, 1, "late", []int{8}},
	}
	if diff := cmp.Diff(want, s.Failures); diff != "" {
		t.Error(diff)
	}
	var b bytes.Buffer
	lines := "failed   7 of 10 queries failed: 2 × lost, 2 × no 1,1, 2 × not in the table, 1 × out of time\n" +
		"           not in the table: no 1,1\n           out of time: late\n"
	if err := s.Text(&b); err != nil || !strings.Contains(b.String(), lines) {
		t.Errorf("%v:\n%s", err, b.String())
	}
}

// What may be better than it looks is told in every form.
func TestWarningsAreTold(t *testing.T) {
	c := context()
	c.Warnings = []string{"the gradient is zero on 3 of 9 images"}
	s, err := report.New(t.Context(), result(acc), c)
	if err != nil {
		t.Fatal(err)
	}
	var text, js bytes.Buffer
	if err := errors.Join(s.Text(&text), s.JSON(&js)); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "\nwarning  the gradient is zero on 3 of 9 images\n") || !strings.Contains(js.String(), `"the gradient is zero on 3 of 9 images"`) {
		t.Errorf("%s\n%s", &text, &js)
	}
}
