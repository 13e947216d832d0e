package census_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// plain is a quick plan whose arithmetic every machine has.
func plain(t *testing.T, change func(*live.Protocol)) census.Plan {
	t.Helper()
	p := quick(t, change)
	k, err := kernel.Choose("generic")
	if err != nil {
		t.Fatal(err)
	}
	if p.Lab, err = live.NewLab(p.Lab.Protocol, p.Lab.Known, k); err != nil {
		t.Fatal(err)
	}
	return p
}

var sealing = regexp.MustCompile(`,"sum":"[0-9a-f]+"}|"nassearch_census":\d`)

// unchained drops checksums and the format.
func unchained(log []byte) string { return string(sealing.ReplaceAll(log, nil)) }

// testdata has logs as the first version of their form has them. They are read by plans of today, and their records,
// kept in a new log, make the same file but for format and checksums.
func TestLogOfAnEarlierVersionIsContinued(t *testing.T) {
	for file, change := range map[string]func(*live.Protocol){
		"testdata/census.jsonl": nil,
		"testdata/failed.jsonl": func(p *live.Protocol) { p.Training.LearningRate = 1e30 },
	} {
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
		p := plain(t, change)
		l := openLog(t, p, path)
		defer l.Close()
		records := map[int][]census.Record{}
		for _, r := range l.Records() {
			records[r.Cell] = append(records[r.Cell], r)
		}
		again := filepath.Join(t.TempDir(), "again")
		n := openLog(t, p, again)
		var ordered []census.Record // as plan measures them
		for _, c := range p.Cells {
			ordered = append(ordered, records[c.Canonical().Index()]...)
		}
		if err := n.Keep(ordered); err != nil {
			t.Fatal(err)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(again); err != nil || unchained(got) != unchained(want) {
			t.Errorf("%s became\n%s: %v", file, got, err)
		}
	}
}
