package attack

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/nassearch/nassearch/robustness"
)

// bar shows how far an evaluation is, on a terminal; elsewhere it does nothing.
type bar struct {
	progress *mpb.Progress
	bar      *mpb.Bar
	last     atomic.Pointer[moment]
	began    time.Time // of what is under way: clean images, or attacks
}

// moment is the progress at a time.
type moment struct {
	robustness.Progress
	began, now time.Time
}

func newBar(w io.Writer) *bar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return new(bar)
	}
	b := &bar{progress: mpb.New(mpb.WithOutput(f), mpb.WithWidth(30)), began: time.Now()}
	text := func(f func(*moment) string) decor.Decorator {
		return decor.Any(func(decor.Statistics) string {
			if m := b.last.Load(); m != nil {
				return f(m)
			}
			return ""
		})
	}
	b.bar = b.progress.AddBar(0, mpb.PrependDecorators(text((*moment).what)), mpb.AppendDecorators(text((*moment).howFar)))
	return b
}

// show is called with every batch.
func (b *bar) show(p robustness.Progress) {
	if b.bar == nil {
		return
	}
	now := time.Now()
	if before := b.last.Load(); before == nil || before.Attacking != p.Attacking {
		b.began = now
		b.bar.SetTotal(int64(p.Jobs), false)
	}
	b.last.Store(&moment{p, b.began, now})
	b.bar.SetCurrent(int64(p.Done))
}

func (m *moment) what() string {
	if m.Attacking {
		return "attacking"
	}
	return "clean images"
}

// howFar counts jobs, and says how long the rest takes if it takes as long as what is done.
func (m *moment) howFar() string {
	left := "-"
	if spent := m.now.Sub(m.began); m.Done > 0 && spent > 0 {
		left = (spent / time.Duration(m.Done) * time.Duration(m.Jobs-m.Done)).Round(time.Second).String()
	}
	return fmt.Sprintf(" %d/%d · %d fell · %s left", m.Done, m.Jobs, m.Fallen, left)
}

func (b *bar) stop() {
	if b.bar != nil {
		b.bar.Abort(true)
		b.progress.Wait()
	}
}
