package remote_test

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"pgregory.net/rapid"
)

// fixed is an evaluator with what is drawn for it.
type fixed struct {
	metrics    []objective.Metric
	source     string
	fidelities []float64
	settings   map[string]string
	costs      []time.Duration // by class and fidelity, around and around
	outcome    objective.Outcome
	err        error
}

func (f *fixed) Metrics() []objective.Metric { return f.metrics }
func (f *fixed) Source() string              { return f.source }
func (f *fixed) Name() string                { return "fixed" }
func (f *fixed) Settings() map[string]string { return f.settings }
func (f *fixed) Fidelities() []float64       { return f.fidelities }

func (f *fixed) Cost(q objective.Request) time.Duration {
	class, err := remotetest.Space().ClassOf(q.Arch)
	if err != nil {
		return 0
	}
	return f.costs[(class+slices.Index(f.fidelities, q.Fidelity))%len(f.costs)]
}

func (f *fixed) Evaluate(context.Context, objective.Request) (objective.Outcome, error) {
	return f.outcome, f.err
}

// draw draws an evaluator.
func draw(t *rapid.T) *fixed {
	names := rapid.SampledFrom([]string{"clean_acc", "pgd_acc@8/255", "pgd_acc@l2:0.5", "fog_acc@severity3", "params",
		"grad_norm@trained", "my_acc:min", "fog_acc@mean-of-5-severities"})
	f := &fixed{source: rapid.String().Draw(t, "source"), fidelities: []float64{1}}
	for _, name := range rapid.SliceOfNDistinct(names, 1, 4, rapid.ID[string]).Draw(t, "metrics") {
		m, err := objective.ParseMetric(name)
		if err != nil {
			t.Fatal(err)
		}
		f.metrics = append(f.metrics, m)
		f.outcome.Values = append(f.outcome.Values, rapid.Float64().Draw(t, "value"))
	}
	f.settings = rapid.MapOf(rapid.StringMatching("[a-z.]+"), rapid.String()).Draw(t, "settings")
	for _, below := range rapid.SliceOfDistinct(rapid.IntRange(2, 9), rapid.ID[int]).Draw(t, "fidelities") {
		f.fidelities = append(f.fidelities, 1/float64(below))
	}
	slices.Sort(f.fidelities)
	f.costs = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(0, math.MaxInt64).Draw(t, "cost"))
	}), 1, 50).Draw(t, "costs")
	records := []string{"", `{"a":"<&>"}`, `[1.50,null]`, `"é "`}
	f.outcome.Record = json.RawMessage(rapid.SampledFrom(records).Draw(t, "record"))
	causes := []objective.Cause{
		objective.Missing, objective.NotFinite, objective.OutOfTime, objective.OutOfMemory, objective.NoGradient,
		objective.OtherCause,
	}
	if text := rapid.String().Draw(t, "failure"); text != "" && rapid.Bool().Draw(t, "fails") {
		f.err = &objective.FailedError{Text: text, Why: rapid.SampledFrom(causes).Draw(t, "cause")}
		f.outcome.Values = nil
	}
	return f
}

// What any evaluator says of itself and of a request, a client says by its workers.
func TestAnyEvaluatorIsTheSameFromElsewhere(t *testing.T) {
	in := remotetest.Space()
	rapid.Check(t, func(t *rapid.T) {
		f := draw(t)
		offer, err := remote.NewOffer("fixed", "fixed", in, f)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(remote.NewTerms(in, f))
		if err != nil {
			t.Fatal(err)
		}
		var terms remote.Terms
		if err := json.Unmarshal(text, &terms); err != nil {
			t.Fatal(err)
		}
		at := remotetest.NewMemory(time.Minute)
		e, err := (&remote.Client{Transport: at}).Evaluator(offer, terms)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(
			[]any{f.metrics, f.source, f.Name(), f.settings, f.fidelities},
			[]any{e.Metrics(), e.Source(), e.Name(), e.Settings(), e.Fidelities()},
			cmpopts.EquateEmpty(),
		); diff != "" {
			t.Error(diff)
		}
		for class := range in.Classes() {
			for _, share := range f.fidelities {
				q := objective.Request{Arch: in.Class(class), Fidelity: share}
				if e.Cost(q) != f.Cost(q) {
					t.Fatalf("%v: %v, want %v", q, e.Cost(q), f.Cost(q))
				}
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error)
		go func() {
			w := &remote.Worker{Transport: at, Queue: offer.Queue(), Name: "a", Kinds: remote.Trials(
				func(context.Context, remote.Question) (objective.Evaluator, error) { return f, nil })}
			ended <- w.Run(ctx)
		}()
		out, err := e.Evaluate(ctx, objective.Request{Arch: in.Class(1), Fidelity: 1, Seed: math.MaxUint64})
		if cancel(); <-ended != nil {
			t.Error("the worker has an error")
		}
		want := f.outcome
		if (err == nil) != (f.err == nil) {
			t.Fatalf("%v, want %v", err, f.err)
		}
		if err != nil && (err.Error() != f.err.Error() || objective.CauseOf(err) != objective.CauseOf(f.err)) {
			t.Errorf("%v (%s), want %v", err, objective.CauseOf(err), f.err)
		}
		if !slices.Equal(out.Values, want.Values) || string(out.Record) != string(want.Record) {
			t.Errorf("%v %s, want %v %s", out.Values, out.Record, want.Values, want.Record)
		}
	})
}

// Terms of whoever are refused, or can be used.
func FuzzTerms(f *testing.F) {
	in := remotetest.Space()
	s := &remotetest.Synthetic{Kernel: "go"}
	e, err := s.Measure(context.Background(), remote.Question{Objective: []string{"pgd_acc"}})
	if err != nil {
		f.Fatal(err)
	}
	good, err := json.Marshal(remote.NewTerms(in, e))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good))
	f.Add(`{}`)
	f.Add(`{"metrics":[{"name":"a","goal":"max"}],"fidelities":[1],"costs":{"kinds":[[1]],"of":"AAAA"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		var terms remote.Terms
		if json.Unmarshal([]byte(text), &terms) != nil {
			return
		}
		e, err := (&remote.Client{Transport: remotetest.NewMemory(time.Minute)}).Evaluator(s.Offer(), terms)
		if err != nil {
			return
		}
		for _, share := range []float64{0, .3, 1, 2, math.NaN()} {
			if cost := e.Cost(objective.Request{Arch: in.Class(in.Classes() - 1), Fidelity: share}); cost < 0 {
				t.Errorf("%v at %v", cost, share)
			}
		}
	})
}
