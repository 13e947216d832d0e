package searchtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
)

// RunStore tests that a store keeps the promises of search.Store. Open opens one and the same store of a study of one
// metric each time, which is empty at first; a store that can be closed is closed before that. It stops at the first
// rule that is broken, and says which.
func RunStore(t *testing.T, open func() (search.Store, error)) {
	t.Helper()
	rule.Run(t, (&storage{open: open}).rules())
}

// storage is a store under test, with what it should hold.
type storage struct {
	open func() (search.Store, error)
	kept []search.Trial
}

func (s *storage) rules() []rule.Rule {
	all := []rule.Rule{{Name: "is empty at first", Check: func(rule.T) error { return s.keeps() }}}
	for _, trial := range trials {
		check := func(rule.T) error { return s.keeps(trial.Trial) }
		all = append(all, rule.Rule{Name: "keeps " + trial.name, Check: check})
	}
	return append(all, rule.Rule{Name: "keeps many in their order", Check: func(rule.T) error {
		var more []search.Trial
		for id := 100; id > 50; id-- { // as a wide window may tell them
			more = append(more, search.Trial{ID: id, Arch: "0,0,0,0,0,0", Fidelity: 1, Values: []float64{float64(id)}, Of: -1})
		}
		return s.keeps(more...)
	}})
}

// with opens the store for a use, and closes it if it can be closed.
func (s *storage) with(use func(search.Store) error) error {
	store, err := s.open()
	if err != nil {
		return err
	}
	err = use(store)
	if c, ok := store.(io.Closer); ok {
		err = errors.Join(err, c.Close())
	}
	return err
}

// keeps appends trials, and compares what the store then holds when it is opened again, and again.
func (s *storage) keeps(more ...search.Trial) error {
	err := s.with(func(store search.Store) (err error) {
		for _, trial := range more {
			err = errors.Join(err, store.Append(trial))
		}
		return err
	})
	s.kept = append(s.kept, more...)
	for range 2 {
		err = errors.Join(err, s.with(func(store search.Store) error {
			got, err := store.Load()
			if diff := cmp.Diff(s.kept, got, cmpopts.EquateEmpty()); diff != "" {
				err = errors.Join(err, fmt.Errorf("the trials differ:\n%s", diff))
			}
			return err
		}))
	}
	return err
}

// trials are one of a kind.
var trials = []struct {
	name string
	search.Trial
}{
	{"a trial", search.Trial{
		ID: 1, Arch: "1,2,3,4,5,0", Fidelity: 1, Values: []float64{.1}, Of: -1, End: time.Second, Wall: time.Millisecond,
	}},
	{"one that was told before an earlier one", search.Trial{
		ID: 0, Arch: "0,0,0,0,0,1", Fidelity: 1, Values: []float64{-1e300}, Of: -1, End: 3 * time.Second,
	}},
	{"one of low fidelity", search.Trial{
		ID: 2, Arch: "0,0,0,0,0,2", Fidelity: 1. / 3, Values: []float64{5e-324}, Of: -1, Start: time.Second, End: 1<<62 - 1,
	}},
	{"a failure", search.Trial{
		ID: 3, Arch: "0,0,0,0,0,3", Fidelity: 1, Failure: "line 1\nline \"2\"", Cause: objective.OtherCause, Of: -1,
		Start: 2, End: 3,
	}},
	{"a duplicate", search.Trial{
		ID: 4, Arch: "1,0,0,0,0,0", Fidelity: 1, Values: []float64{-1e300}, Of: 0, Start: 3, End: 3,
	}},
	{"a duplicate of a failure", search.Trial{
		ID: 5, Arch: "3,0,0,0,0,0", Fidelity: 1, Failure: "as before", Cause: objective.Missing, Of: 3, Start: 3, End: 3,
	}},
	{"a record", search.Trial{
		ID: 6, Arch: "0,0,0,0,0,6", Fidelity: 1, Values: []float64{0}, Of: -1,
		Record: json.RawMessage(`{"kernel":"plain","seconds":[1,2]}`),
	}},
}
