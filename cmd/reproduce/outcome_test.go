package reproduce

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

func trial(id int, change func(*search.Trial)) search.Trial {
	t := search.Trial{ID: id, Arch: "a", Fidelity: 1, Values: []float64{0.1}, Of: -1, End: time.Second}
	change(&t)
	return t
}

func same(*search.Trial) {}

func failed(why string, cause objective.Cause) func(*search.Trial) {
	return func(t *search.Trial) { t.Values, t.Failure, t.Cause = nil, why, cause }
}

func TestTrialsDifferInWhatTheyDependOn(t *testing.T) {
	for name, c := range map[string]struct {
		was, now func(*search.Trial)
		want     []string
	}{
		"nothing":         {same, same, nil},
		"measured time":   {same, func(t *search.Trial) { t.Wall = time.Hour }, nil},
		"record":          {same, func(t *search.Trial) { t.Record = []byte(`{}`) }, nil},
		"no fidelity":     {func(t *search.Trial) { t.Fidelity = 0 }, same, nil},
		"architecture":    {same, func(t *search.Trial) { t.Arch = "b" }, []string{"architecture"}},
		"last bit":        {same, func(t *search.Trial) { t.Values = []float64{0.1 + 1e-17*2} }, []string{"values"}},
		"fidelity":        {same, func(t *search.Trial) { t.Fidelity = .5 }, []string{"fidelity"}},
		"clock":           {same, func(t *search.Trial) { t.End++ }, []string{"clock"}},
		"duplicate":       {same, func(t *search.Trial) { t.Of = 0 }, []string{"duplicate"}},
		"failed":          {same, failed("lost", "time"), []string{"values", "failure"}},
		"failed alike":    {failed("lost", "time"), failed("lost", "time"), nil},
		"of another kind": {failed("lost", "time"), failed("lost", "memory"), []string{"failure"}},
		"kind not kept":   {failed("lost", objective.OtherCause), failed("lost", "memory"), nil},
		"other words":     {failed("lost", objective.OtherCause), failed("gone", "memory"), []string{"failure"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := compare(trial(1, c.was), trial(1, c.now)).What
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What differs, what is missing and what was under way is told, and the error counts it.
func TestOutcomeTellsAllThatDiffers(t *testing.T) {
	was := search.Recorded{Version: "v1", Result: search.Result{Queries: 3, Trials: []search.Trial{
		trial(0, same), trial(1, same), trial(3, same),
	}}}
	o := newOutcome("run.jsonl", was, "v2")
	o.tell(trial(0, same))
	o.tell(trial(1, func(t *search.Trial) { t.Values = []float64{0.2} }))
	o.tell(trial(2, same))
	o.end(search.Result{Stop: search.SpaceExhausted})
	if o.Equal != 1 || o.UnderWay != 1 || len(o.Differences) != 2 {
		t.Fatalf("%+v", o)
	}
	if err := o.err(); err == nil || !strings.Contains(err.Error(), "study run.jsonl: 2 of 3 trials differ") {
		t.Error(err)
	}
	var text bytes.Buffer
	if err := o.text(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2 of 3 trials, 1 are equal", "values  0.1    0.2", "1 trial had begun and not ended", "not asked: space exhausted",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("there is no %q in\n%s", want, text.String())
		}
	}
}
