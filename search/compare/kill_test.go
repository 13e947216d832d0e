package compare_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare"
)

const (
	killDir   = "COMPARE_TEST_DIR"
	killAfter = "COMPARE_TEST_ASKS"
)

// A comparison is killed at ten points, one after the other, by a process that is this test's own binary: it says
// when it is there, and waits. Every second process gives each run a journal. Then it goes on to the end.
func TestKilledComparisonContinuesToTheSameRuns(t *testing.T) {
	c := config()
	c.Tasks = append(c.Tasks, task(1))
	c.Tasks[1].Name = "again"
	if dir := os.Getenv(killDir); dir != "" {
		untilKilled(t, c, dir)
	}
	dir := t.TempDir()
	left := total(t, c, dir)
	for kill := range 10 {
		child(t, dir, 7+13*kill, kill%2 == 0)
		now := total(t, c, dir)
		if now > left {
			t.Errorf("kill %d: %d runs are left, %d before", kill, now, left)
		}
		left = now
	}
	if left == 0 {
		t.Fatal("nothing was left to do after ten kills")
	}
	if diff := cmp.Diff(csv(t, c, runs(t, c, "")), csv(t, c, runs(t, c, dir))); diff != "" {
		t.Error(diff)
	}
	if total(t, c, dir) != 0 {
		t.Error("not all runs are there")
	}
}

// total is the number of runs that are not there.
func total(t *testing.T, c compare.Config, dir string) int {
	t.Helper()
	e := experiment(t, c)
	s := store(t, e, dir)
	e.Keep(s)
	there, all := e.There()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return all - there
}

// child runs the comparison in another process until it has asked so many proposals, and kills it.
func child(t *testing.T, dir string, asks int, journals bool) {
	t.Helper()
	p := exec.Command(os.Args[0], "-test.run", "^TestKilledComparison")
	p.Env = append(os.Environ(), killDir+"="+dir, fmt.Sprintf("%s=%d", killAfter, asks))
	if journals {
		p.Env = append(p.Env, "COMPARE_TEST_JOURNALS=1")
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	said := make([]byte, len("there"))
	_, readErr := io.ReadFull(out, said)
	if err := p.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	_ = p.Wait() // it was killed
	if readErr != nil || string(said) != "there" {
		t.Fatalf("the process ended before: %s%s", said, rest)
	}
}

// untilKilled is the process that is killed. Its strategies stop at the given number of proposals.
func untilKilled(t *testing.T, c compare.Config, dir string) {
	limit, err := strconv.ParseInt(os.Getenv(killAfter), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int64
	hold := func(e search.Entry) search.Entry {
		make := e.New
		e.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
			s, err := make(p, o)
			return holding{s, func() {
				if n := asked.Add(1); n == limit {
					fmt.Print("there")
				} else if n < limit {
					return
				}
				time.Sleep(time.Hour) // until killed
			}}, err
		}
		return e
	}
	c.Registry = search.Registry{"sample": hold(registry["sample"]), "climb": hold(registry["climb"])}
	e := experiment(t, c)
	s := store(t, e, dir)
	if os.Getenv("COMPARE_TEST_JOURNALS") != "" {
		s.Patience = 0
	} else {
		s.Patience = time.Hour
	}
	e.Keep(s)
	all, err := e.Run(t.Context())
	t.Fatalf("it went on: %d runs, %v", len(all), err)
}

// holding is a strategy that calls a function before it proposes.
type holding struct {
	search.Strategy
	hold func()
}

func (h holding) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	h.hold()
	return h.Strategy.Ask(ctx, r, pending)
}
