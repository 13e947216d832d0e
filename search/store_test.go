package search_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/internal/jsonlog/logtest"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
)

func TestStoresKeepTheirPromises(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		memory := new(search.Memory)
		searchtest.RunStore(t, func() (search.Store, error) { return memory, nil })
	})
	t.Run("journal", func(t *testing.T) {
		study, err := search.New(config(1))
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "study")
		searchtest.RunStore(t, func() (search.Store, error) { return search.OpenJournal(path, "test", study.Description()) })
	})
}

// A journal keeps the promises of a log.
func TestJournalIsALog(t *testing.T) {
	c := earlier(4)
	describe := func() search.Description {
		study, err := search.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return study.Description()
	}
	ours := describe()
	c.Seed++
	other := describe()
	r, err := search.ReadJournal("testdata/window4.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	logtest.Run(t, logtest.Subject[search.Trial]{
		Open: func(path string) (l logtest.Log[search.Trial], err error) {
			j, err := search.OpenJournal(path, "test", ours)
			if err != nil {
				return l, err
			}
			trials, err := j.Load()
			return logtest.Log[search.Trial]{Records: trials, Repaired: j.Repaired, Append: j.Append, Close: j.Close}, err
		},
		Other: func(path string) error {
			_, err := search.OpenJournal(path, "test", other)
			return err
		},
		Read: func(path string) ([]search.Trial, error) {
			r, err := search.ReadJournal(path)
			return r.Trials, err
		},
		Records: r.Trials[:14], // failures, duplicates and records of the evaluator are among them
		Same: func(a, b search.Trial) bool {
			return cmp.Equal(a, b, cmpopts.IgnoreFields(search.Trial{}, "Wall", "Record"))
		},
	})
}
