package compare_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/search/compare"
)

// underway are the runs under way in words.
func underway(t *testing.T, f *compare.Follower) string {
	t.Helper()
	if _, _, err := f.Next(); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, u := range f.Underway() {
		if u.Err != nil {
			t.Fatal(u.Err)
		}
		all = append(all, fmt.Sprintf("%s %s %d %d %v", u.Problem, u.Strategy, u.Seed, u.Result.Queries, u.Running))
	}
	return strings.Join(all, ", ")
}

// A run that is made is under way, one that was cut as well, and one that is extended, too.
func TestRunsUnderWay(t *testing.T) {
	dir := t.TempDir()
	f := compare.Follow(dir)
	until := func(budget, cut int, want string) {
		t.Helper()
		c := config()
		c.Budget, c.Workers = budget, 1
		e := experiment(t, c)
		s := store(t, e, dir)
		s.Patience = 0
		e.Keep(s)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		queries := 0
		e.Watch(func() {
			if queries++; queries == cut {
				if got := underway(t, f); got != want {
					t.Errorf("query %d: %s, want %s", cut, got, want)
				}
				cancel()
			}
		})
		if _, err := e.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	until(20, 25, "heights climb 3 5 true")
	if got := underway(t, f); got != "heights climb 3 5 false" {
		t.Errorf("cut: %s", got)
	}
	until(30, 21, "heights sample 3 21 true, heights climb 3 5 false")
	until(30, 1000, "")
	if got := underway(t, f); got != "" {
		t.Errorf("at the end: %s", got)
	}
}
