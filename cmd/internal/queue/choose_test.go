package queue

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nassearch/nassearch/space/nasbench201"
	"go.uber.org/zap"
)

// offered is a queue to which workers of kernels came.
func offered(t *testing.T, kernels ...string) (*remote.Client, []remote.Offer) {
	t.Helper()
	c := &remote.Client{Transport: remotetest.NewMemory(time.Minute)}
	var all []remote.Offer
	for _, k := range kernels {
		o := remote.Offer{
			Name: "with " + k, Backend: "live", Space: remote.Space{Name: "nasbench201", Network: nasbench201.Benchmark(10, 32)},
			Metrics: []objective.Metric{{Name: "clean_acc"}}, Settings: map[string]string{"kernel": k},
		}
		if err := remote.Publish(t.Context(), c.Transport, o); err != nil {
			t.Fatal(err)
		}
		all = append(all, o)
	}
	return c, all
}

func TestOnlyKindIsChosen(t *testing.T) {
	c, all := offered(t, "avx2")
	o, err := Chooser{Client: c, Log: zap.NewNop()}.Wait(t.Context())
	if err != nil || o.Queue() != all[0].Queue() {
		t.Errorf("%s %v", o.Name, err)
	}
}

func TestOfSeveralKindsOneIsNamed(t *testing.T) {
	c, all := offered(t, "avx2", "avx512", "generic")
	_, err := Chooser{Client: c}.Now(t.Context())
	if _, ok := errors.AsType[*usage.Error](err); !ok || strings.Count(err.Error(), "\n") != 3 {
		t.Errorf("error %v", err)
	}
	for _, want := range all {
		o, err := Chooser{Client: c, Name: want.Queue()}.Now(t.Context())
		if err != nil || o.Name != want.Name {
			t.Errorf("%s %v", o.Name, err)
		}
		suits := func(o remote.Offer) bool { return o.Settings["kernel"] == want.Settings["kernel"] }
		if o, err = (Chooser{Client: c, Suits: suits}).Now(t.Context()); err != nil || o.Name != want.Name {
			t.Errorf("what suits: %s %v", o.Name, err)
		}
	}
	_, err = Chooser{Client: c, Name: "other"}.Now(t.Context())
	if _, ok := errors.AsType[*usage.Error](err); !ok || !strings.Contains(err.Error(), all[0].Queue()) {
		t.Errorf("error %v", err)
	}
}

func TestKindWithWorkersIsChosenBeforeOthers(t *testing.T) {
	c, all := offered(t, "avx2", "avx512")
	if err := c.Transport.Put(t.Context(), remote.Workers, all[1].Queue()+".w", []byte(`{"name":"w"}`)); err != nil {
		t.Fatal(err)
	}
	if o, err := (Chooser{Client: c}).Now(t.Context()); err != nil || o.Name != all[1].Name {
		t.Errorf("%s %v", o.Name, err)
	}
}

func TestFirstWorkerIsWaitedFor(t *testing.T) {
	c, _ := offered(t)
	if _, err := (Chooser{Client: c}).Now(t.Context()); !errors.Is(err, errNobody) {
		t.Errorf("error %v", err)
	}
	go func() {
		time.Sleep(10 * time.Millisecond)
		o := remote.Offer{Name: "late", Backend: "live", Space: remote.Space{Name: "nasbench201", Network: nasbench201.Benchmark(10, 32)}}
		_ = remote.Publish(t.Context(), c.Transport, o)
	}()
	if o, err := (Chooser{Client: c, Log: zap.NewNop()}).Wait(t.Context()); err != nil || o.Name != "late" {
		t.Errorf("%s %v", o.Name, err)
	}
}

func TestStandingIsInWords(t *testing.T) {
	s := remote.Status{
		Load: remote.Load{Waiting: 1200}, Workers: []remote.Presence{{Slots: 4, Busy: 4}, {Slots: 4, Busy: 1}},
	}
	if got, want := Words(s), "2 workers, 5 of 8 busy, 1,200 waiting"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
