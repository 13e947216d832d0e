package cmd

import (
	"io"
	"os"
	"time"

	"github.com/nassearch/nassearch/search"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// patience is how long nothing is shown.
const patience = 2 * time.Second

// progress shows a bar on a terminal once a search takes long.
type progress struct {
	w     *os.File // nil if there is no terminal
	total int
	start time.Time
	told  int // queries
	bars  *mpb.Progress
	bar   *mpb.Bar
}

func newProgress(w io.Writer, total int) *progress {
	p := &progress{total: total, start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.w = f
	}
	return p
}

// observe counts the queries among trials.
func (p *progress) observe(t search.Trial) {
	if p.w == nil || t.Duplicate() {
		return
	}
	p.told++
	if p.bar == nil {
		if time.Since(p.start) < patience {
			return
		}
		p.bars = mpb.New(mpb.WithOutput(p.w), mpb.WithWidth(40))
		p.bar = p.bars.AddBar(int64(p.total),
			mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.CountersNoUnit("query %d of %d ")),
			mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")),
		)
		p.bar.DecoratorAverageAdjust(p.start)
	}
	p.bar.SetCurrent(int64(p.told))
}

// done takes the bar away.
func (p *progress) done() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
