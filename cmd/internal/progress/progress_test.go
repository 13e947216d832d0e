package progress

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestTimeLeftRunsDownAndLeavesOutEarlierPieces(t *testing.T) {
	began := time.Unix(0, 0)
	at := func(s int) time.Time { return began.Add(time.Duration(s) * time.Second) }
	for name, c := range map[string]struct {
		s           state
		now         time.Time
		count, rest string
	}{
		"nothing done":    {state{what: "run", total: 10, began: began, now: began}, at(5), "run 0 of 10 ", ""},
		"half":            {state{what: "run", done: 5, total: 10, began: began, now: at(20)}, at(20), "run 5 of 10 ", " 20s left"},
		"a slow piece":    {state{what: "run", done: 5, total: 10, began: began, now: at(20)}, at(23), "run 5 of 10 ", " 17s left"},
		"slower yet":      {state{what: "run", done: 5, total: 10, began: began, now: at(20)}, at(90), "run 5 of 10 ", " 0s left"},
		"earlier process": {state{what: "run", done: 5, before: 3, total: 10, began: began, now: at(20)}, at(20), "run 5 of 10 ", " 50s left"},
		"only earlier":    {state{what: "run", done: 5, before: 5, total: 10, began: began, now: began}, at(20), "run 5 of 10 ", ""},
		"all":             {state{what: "run", done: 10, total: 10, began: began, now: at(20)}, at(20), "run 10 of 10 ", ""},
		"note":            {state{what: "step", done: 1000, total: 2000, began: began, now: at(20), note: "loss 1"}, at(20), "step 1,000 of 2,000 ", " 20s left · loss 1"},
		"text":            {state{what: "run", done: 5, total: 10, note: "final test", uncounted: true}, at(20), "final test ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.s.count(); got != c.count {
				t.Errorf("count %q, want %q", got, c.count)
			}
			if got := c.s.rest(c.now); got != c.rest {
				t.Errorf("rest %q, want %q", got, c.rest)
			}
		})
	}
}

func TestFileGetsNoBar(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	run(New(f))
	if info, err := f.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("%d bytes written (%v), want none", info.Size(), err)
	}
}

// run uses all that a bar has.
func run(b *Bar) {
	b.Start("run", 1, 3)
	b.Show()
	b.Add()
	b.Set(3, "note")
	b.Say("final test")
	b.Close()
}
