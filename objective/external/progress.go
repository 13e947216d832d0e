package external

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plainfile"
)

// report is a line that a program says of a trial under way. It decides nothing.
type report struct {
	Progress *float64                  `json:"progress"` // share that is done
	Note     string                    `json:"note"`
	Values   map[string]jsontext.Value `json:"values"` // so far
}

// running is a trial under way.
type running struct {
	name string

	mutex sync.Mutex
	path  string // of reports; empty where they come as lines
	read  int64  // bytes of them
	last  report
}

// say takes a report as a line. What is none is left out.
func (r *running) say(line []byte) {
	var next report
	if unmarshal(line, &next) != nil {
		return
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.last = next
}

// mostRead bounds what is read of reports at once.
const mostRead = 1 << 20

// catchUp reads what was reported since it was last called.
func (r *running) catchUp() {
	if r.path == "" {
		return
	}
	f, err := plainfile.Open(r.path, os.O_RDONLY, 0)
	if err != nil {
		return // nothing was reported
	}
	defer f.Close() // nothing was written
	text, err := io.ReadAll(io.NewSectionReader(f, r.read, mostRead))
	end := bytes.LastIndexByte(text, '\n') + 1
	if err != nil || end == 0 {
		return
	}
	r.read += int64(end)
	for line := range bytes.Lines(text[:end]) {
		r.say(line)
	}
}

// text says how far the trial is.
func (r *running) text() string {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	words := []string{r.name}
	if p := r.last.Progress; p != nil {
		words = append(words, fmt.Sprintf("%.0f %%", 100**p))
	}
	if r.last.Note != "" {
		words = append(words, r.last.Note)
	}
	for _, name := range slices.Sorted(maps.Keys(r.last.Values)) {
		words = append(words, name, string(r.last.Values[name]))
	}
	return strings.Join(words, " ")
}

// board shows the trials under way.
type board struct {
	mutex  sync.Mutex
	trials []*running
	told   string
	at     time.Time
}

func (b *board) add(r *running) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.trials = append(b.trials, r)
}

func (b *board) remove(r *running) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.trials = slices.DeleteFunc(b.trials, func(other *running) bool { return other == r })
}

// Of the trials under way so many are told, as they were so long ago at most.
const (
	mostShown = 2
	fresh     = time.Second
)

// text tells the trials under way; empty if there are none.
func (b *board) text() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if time.Since(b.at) < fresh {
		return b.told
	}
	b.at = time.Now()
	var all []string
	for _, r := range b.trials[:min(mostShown, len(b.trials))] {
		r.catchUp()
		all = append(all, r.text())
	}
	if more := len(b.trials) - mostShown; more > 0 {
		all = append(all, numeral.Count(more, "more trial"))
	}
	b.told = strings.Join(all, " · ")
	return b.told
}
