package census

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/jsonlog/logtest"
)

// A census keeps the promises of a log.
func TestLogIsALog(t *testing.T) {
	var records []Record
	log, err := form.Read("testdata/census.jsonl", func(_ Header, r Record) error {
		records = append(records, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h := log.Header
	slices.SortFunc(records, compare)
	followed := map[string]*Follower{}
	logtest.Run(t, logtest.Subject[Record]{
		Open: func(path string) (found logtest.Log[Record], err error) {
			l, err := OpenLog(path, &h)
			if err != nil {
				return found, err
			}
			return logtest.Log[Record]{Records: l.Records(), Repaired: l.Repaired, Append: l.add, Close: l.Close}, nil
		},
		Other: func(path string) error {
			other := h
			other.Protocol.Training.Epochs++
			_, err := OpenLog(path, &other)
			return err
		},
		Read: func(path string) ([]Record, error) {
			if followed[path] == nil {
				followed[path] = Follow(path)
			}
			r, _, err := followed[path].Next()
			return r.Records, err
		},
		Records: records,
		Same:    func(a, b Record) bool { return cmp.Equal(a.covered(), b.covered()) },
	})
}
