package census

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/objective"
)

// fuzzed is a log of testdata, and its header.
func fuzzed(f *testing.F) ([]byte, Header) {
	f.Helper()
	whole, err := os.ReadFile("testdata/census.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	log, err := form.Read("testdata/census.jsonl", func(Header, Record) error { return nil })
	if err != nil {
		f.Fatal(err)
	}
	return whole, log.Header
}

// Any file is a log, all of whose lines are known, or is refused and left as it was.
func FuzzLog(f *testing.F) {
	whole, header := fuzzed(f)
	path := filepath.Join(f.TempDir(), "census.jsonl")
	f.Add(whole)
	f.Add(whole[:len(whole)-9])
	f.Add([]byte(`{"nassearch_census":2,"sum":"0123456789abcdef"}` + "\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := OpenLog(path, &header)
		if err != nil {
			if after, _ := os.ReadFile(path); !bytes.Equal(after, b) {
				t.Errorf("refused with %v, and changed", err)
			}
			return
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if after, _ := os.ReadFile(path); bytes.Count(after, []byte("\n")) != 1+len(l.Records()) {
			t.Errorf("%d records in %d lines", len(l.Records()), bytes.Count(after, []byte("\n")))
		}
	})
}

// Any record is refused when it is read, or makes a table.
func FuzzRecord(f *testing.F) {
	whole, header := fuzzed(f)
	for line := range bytes.Lines(whole) {
		f.Add(line)
	}
	f.Add([]byte(`{"cell":76,"seed":1,"clean":[1,2],"under":[[[]],null]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var r Record
		if json.Unmarshal(b, &r) != nil {
			return
		}
		path := filepath.Join(t.TempDir(), "census.jsonl")
		l, err := OpenLog(path, &header)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(l.add(r), l.Close()); err != nil {
			t.Fatal(err)
		}
		if l, err = OpenLog(path, &header); err != nil {
			return
		}
		records := l.Records()
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		table, err := NewTable(header, objective.Usual(), records)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := table.Write(&out); err != nil {
			t.Errorf("%+v: %v", r, err)
		}
	})
}
