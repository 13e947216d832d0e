package cmd

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/nassearch/nassearch/search"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// patience is how long nothing is shown of what may be quick.
const patience = 2 * time.Second

// progress shows a bar on a terminal once something takes long.
type progress struct {
	w     *os.File // nil if there is no terminal
	unit  string
	total int
	slow  bool // shown from the beginning
	start time.Time
	done  int
	known int // of those done, that an earlier process did
	bars  *mpb.Progress
	bar   *mpb.Bar
	left  atomic.Int64 // time, in nanoseconds; 0: not known
	phase atomic.Value // text instead of the count, if set
}

func newProgress(w io.Writer, unit string, total int) *progress {
	p := &progress{unit: unit, total: total, start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.w = f
	}
	return p
}

// begin starts the clock, after the trials of an earlier process, which take no time.
func (p *progress) begin(known []search.Trial) {
	for _, t := range known {
		if !t.Duplicate() {
			p.known++
		}
	}
	p.start = time.Now()
	if p.slow && p.w != nil {
		p.show()
	}
}

// observe counts the queries among trials.
func (p *progress) observe(t search.Trial) {
	if !t.Duplicate() {
		p.add()
	}
}

// add counts one more.
func (p *progress) add() {
	if p.w == nil {
		return
	}
	p.done++
	spent := time.Since(p.start)
	if p.bar == nil {
		if spent < patience {
			return
		}
		p.show()
	}
	if fresh := p.done - p.known; fresh > 0 {
		p.left.Store(int64(spent) / int64(fresh) * int64(p.total-p.done))
	}
	p.bar.SetCurrent(int64(p.done))
}

func (p *progress) show() {
	count := func(s decor.Statistics) string {
		if phase, ok := p.phase.Load().(string); ok {
			return phase + " "
		}
		return fmt.Sprintf("%s %d of %d ", p.unit, s.Current, p.total)
	}
	left := func(decor.Statistics) string {
		if d := time.Duration(p.left.Load()); d > 0 {
			return fmt.Sprintf("%v left", d.Round(time.Second))
		}
		return ""
	}
	p.bars = mpb.New(mpb.WithOutput(p.w), mpb.WithWidth(40))
	p.bar = p.bars.AddBar(int64(p.total)+1, // never full: it is taken away at the end
		mpb.PrependDecorators(decor.Any(count)), mpb.AppendDecorators(decor.Any(left)))
}

// say tells what is done after the last of them.
func (p *progress) say(phase string) {
	p.phase.Store(phase)
	p.left.Store(0)
}

// close takes the bar away.
func (p *progress) close() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
		p.bar = nil
	}
}
