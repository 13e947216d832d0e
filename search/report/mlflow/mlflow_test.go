package mlflow_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/mlflow"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"pgregory.net/rapid"
)

const arch = space.Arch("|nor_conv_1x1~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_3x3~1|none~2|")

// study has so many trials, of which every fourth failed and every fifth is a duplicate.
func study(trials int) search.Result {
	r := search.Result{Study: search.Description{
		Space: "nasbench201", Strategy: "random", Seed: 1<<63 + 1, Options: search.Options{"over": "texts"}, Source: "f00d",
		Objective: []objective.Metric{{Name: "pgd_acc", Setting: objective.At(8)}, {Name: "params", Goal: objective.Minimize}, {Name: `..é,"x"`}},
	}}
	for i := range trials {
		t := search.Trial{
			ID: 2 * i, Arch: arch, Fidelity: 1, Values: []float64{float64(i) / 10, 1e300, -0.25}, Of: -1,
			Start: time.Duration(i) * time.Hour, End: time.Duration(i+1) * time.Hour, Wall: 1500 * time.Millisecond,
			Record: []byte(`{"loss":0.1,"passes":{"forward":7},"kernel":"generic","list":[1,2],"params":3}`),
		}
		switch {
		case i%4 == 3:
			t.Values, t.Failure, t.Cause, t.Record = nil, "it said\n"+strings.Repeat("no ", 4000), objective.NotFinite, nil
		case i%5 == 4:
			t.Of, t.Record = 0, nil
		}
		r.Trials = append(r.Trials, t)
	}
	return r
}

func names(t testing.TB) space.Names {
	t.Helper()
	sp, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return space.Names{Space: sp}
}

func client(uri string) mlflow.Client {
	return mlflow.Client{URI: uri, HTTP: &http.Client{Timeout: 10 * time.Second}, Wait: time.Microsecond}
}

func exported(t testing.TB, s *server, uri string, r search.Result) []*stored {
	t.Helper()
	if _, err := mlflow.Export(t.Context(), client(uri), "run", r, names(t), nil); err != nil {
		t.Fatal(err)
	}
	return s.sorted()
}

// sorted returns the runs by their names, without the ids that depend on who was first.
func (s *server) sorted() []*stored {
	var all []*stored
	for _, r := range s.runs {
		c := *r
		c.ID = ""
		all = append(all, &c)
	}
	slices.SortFunc(all, func(a, b *stored) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

func TestATrialIsARun(t *testing.T) {
	s := &server{experiments: []string{"other"}}
	runs := exported(t, s, s.begin(t), study(5))
	if len(runs) != 5 || s.experiments[1] != "run" {
		t.Fatalf("%d runs, experiments %q", len(runs), s.experiments)
	}
	class := string(space.Canonical(names(t).Space, arch))
	const start = 946684800000 // of the year 2000
	want := &stored{
		Experiment: "1", Name: "trial 0", Status: "FINISHED", Start: start, End: start + 3600_000,
		Params: map[string]string{
			"arch": string(arch), "class": class, "index": "6490", "fidelity": "1", "edge 1 from 0": "nor_conv_1x1", "edge 2 from 0": "none",
			"edge 2 from 1": "skip_connect", "edge 3 from 0": "avg_pool_3x3", "edge 3 from 1": "nor_conv_3x3", "edge 3 from 2": "none",
		},
		Metrics: map[string]map[string]float64{}, Tags: map[string]string{
			"nassearch.trial": "0", "nassearch.query": "1", "nassearch.strategy": "random", "nassearch.options": `{"over":"texts"}`,
			"nassearch.seed": "9223372036854775809", "nassearch.source": "f00d", "nassearch.record.kernel": "generic", "nassearch.record.list": "[1,2]",
			"nassearch.metrics": `{"_é__x_":"..é,\"x\"","params_2":"params","pgd_acc.8_255":"pgd_acc@8/255"}`,
			"nassearch.study":   runs[0].Tags["nassearch.study"],
		},
	}
	for key, v := range map[string]float64{
		"pgd_acc.8_255": 0, "params": 1e300, "_é__x_": -.25, "loss": .1, "passes.forward": 7, "params_2": 3, "wall_seconds": 1.5,
	} {
		want.Metrics[key] = map[string]float64{fmt.Sprint(want.End, 0): v}
	}
	if d := gocmp.Diff(want, runs[0]); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if failed := runs[3]; failed.Status != "FAILED" || len(failed.Metrics) != 1 || failed.Tags["nassearch.cause"] != "not finite" ||
		len(failed.Tags["nassearch.failure"]) != 5000 || !strings.HasPrefix(failed.Tags["nassearch.failure"], `it said\nno`) {
		t.Errorf("failed %+v", failed)
	}
	if of := runs[4].Tags["nassearch.duplicate_of"]; of != "0" {
		t.Errorf("duplicate of %q", of)
	}
}

// Whatever requests fail, whatever answers are lost and wherever it is interrupted: repeated until it succeeds, and once
// more, it leaves one run a trial, as if nothing had happened.
func TestRepeatedItLeavesTheSame(t *testing.T) {
	whole := &server{}
	want := exported(t, whole, whole.begin(t), study(11))
	rapid.Check(t, func(r *rapid.T) {
		s := &server{}
		uri := s.begin(t)
		faults := rapid.SliceOfN(rapid.IntRange(0, 7), 60, 60).Draw(r, "faults")
		s.fault = func(request int, _ string) fault {
			if f := fault(faults[request%len(faults)]); request < len(faults) && f <= lost {
				return f
			}
			return none
		}
		for _, until := range rapid.SliceOfN(rapid.IntRange(1, 30), 0, 4).Draw(r, "interruptions") {
			ctx, cancel := context.WithCancel(t.Context())
			h := &http.Client{Transport: limited{until: int64(until), then: cancel, done: new(atomic.Int64)}, Timeout: 10 * time.Second}
			c := client(uri)
			c.HTTP = h
			_, err := mlflow.Export(ctx, c, "run", study(rapid.IntRange(0, 11).Draw(r, "trials so far")), names(t), nil)
			if err != nil && !errors.Is(err, context.Canceled) && !strings.Contains(err.Error(), "mlflow http") {
				r.Fatal(err)
			}
			cancel()
		}
		s.lock.Lock()
		s.fault = nil
		s.lock.Unlock()
		exported(t, s, uri, study(11))
		before := len(s.runs)
		counts, err := mlflow.Export(t.Context(), client(uri), "run", study(11), names(t), nil)
		if err != nil || counts != (mlflow.Counts{There: 11}) || len(s.runs) != before {
			r.Fatalf("again: %+v, %v, %d runs", counts, err, len(s.runs)-before)
		}
		if d := gocmp.Diff(want, s.sorted()); d != "" {
			r.Fatalf("-want +got\n%s", d)
		}
	})
}

// limited cancels a context after so many requests.
type limited struct {
	until int64
	then  func()
	done  *atomic.Int64
}

func (l limited) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.done.Add(1) > l.until {
		l.then()
		return nil, context.Canceled
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestStudiesAreToldApart(t *testing.T) {
	s := &server{}
	uri := s.begin(t)
	exported(t, s, uri, study(3))
	other := study(3)
	other.Study.Seed = 2
	if runs := exported(t, s, uri, other); len(runs) != 6 {
		t.Errorf("%d runs of two studies of 3 trials", len(runs))
	}
	none := study(0)
	if runs := exported(t, s, uri, none); len(runs) != 6 {
		t.Errorf("%d runs with a study of none", len(runs))
	}
}

func TestRefusalsSayWhatServersSay(t *testing.T) {
	s := &server{experiments: []string{"run"}, deleted: true}
	uri := s.begin(t)
	export := func() error {
		_, err := mlflow.Export(t.Context(), client(uri), "run", study(1), names(t), nil)
		return err
	}
	if err := export(); err == nil || !strings.Contains(err.Error(), `experiment "run" is deleted: restore it there`) {
		t.Errorf("deleted: %v", err)
	}
	s.fault = func(int, string) fault { return busy }
	if err := export(); err == nil || !strings.Contains(err.Error(), "experiments/get-by-name: status 503 Service Unavailable: <html>try again</html>") {
		t.Errorf("busy: %v", err)
	}
	if s.requests != 1+5 {
		t.Errorf("%d requests, want one and five attempts", s.requests)
	}
	c := client("http://name:secret@" + strings.TrimPrefix(uri, "http://"))
	if _, err := mlflow.Export(t.Context(), c, "run", study(1), names(t), nil); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v: want an error without the password", err)
	}
}

func TestCredentials(t *testing.T) {
	for want, c := range map[string]mlflow.Client{
		"":                       {},
		"Bearer t":               {Token: "t", Username: "u"},
		"Basic dTpw":             {Username: "u", Password: "p", Token: "t"},
		"Basic bmFtZTpzZWNyZXQ=": {URI: "name:secret@"},
	} {
		s := &server{}
		uri := s.begin(t)
		c.URI = "http://" + c.URI + strings.TrimPrefix(uri, "http://") + "/"
		c.HTTP, c.Wait = http.DefaultClient, time.Microsecond
		if _, err := mlflow.Export(t.Context(), c, "run", study(1), names(t), nil); err != nil {
			t.Fatal(err)
		}
		for _, got := range s.auth {
			if got != want {
				t.Errorf("authorization %q, want %q", got, want)
			}
		}
	}
}
