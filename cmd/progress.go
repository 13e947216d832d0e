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

// progress shows a bar on a terminal once something takes long.
type progress struct {
	w     *os.File // nil if there is no terminal
	unit  string
	total int
	start time.Time
	done  int
	bars  *mpb.Progress
	bar   *mpb.Bar
}

func newProgress(w io.Writer, unit string, total int) *progress {
	p := &progress{unit: unit, total: total, start: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.w = f
	}
	return p
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
	if p.bar == nil {
		if time.Since(p.start) < patience {
			return
		}
		p.bars = mpb.New(mpb.WithOutput(p.w), mpb.WithWidth(40))
		p.bar = p.bars.AddBar(int64(p.total),
			mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.CountersNoUnit(p.unit+" %d of %d ")),
			mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")),
		)
		p.bar.DecoratorAverageAdjust(p.start)
	}
	p.bar.SetCurrent(int64(p.done))
}

// close takes the bar away.
func (p *progress) close() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
}
