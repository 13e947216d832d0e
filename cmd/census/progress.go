package census

import (
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"go.uber.org/zap"
	"golang.org/x/term"

	"github.com/nassearch/nassearch/objective/live/census"
)

// bar shows how far a census is: as a bar on a terminal, elsewhere as a message now and then.
type bar struct {
	log      *zap.Logger
	terminal io.Writer // nil if there is none
	progress *mpb.Progress
	bar      *mpb.Bar
	began    time.Time
	told     time.Time
}

// tellEvery is the time between two messages.
const tellEvery = time.Minute

func newBar(w io.Writer, log *zap.Logger) *bar {
	b := &bar{log: log, began: time.Now(), told: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		b.terminal = f
	}
	return b
}

func (b *bar) observe(p census.Progress) {
	if b.terminal == nil {
		b.tell(p)
		return
	}
	if b.bar == nil {
		b.progress = mpb.New(mpb.WithOutput(b.terminal), mpb.WithWidth(40))
		b.bar = b.progress.AddBar(int64(p.All),
			mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.CountersNoUnit("network %d of %d ")),
			mpb.AppendDecorators(decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left · "), decor.AverageSpeed(0, "%.2f/s")),
		)
		b.bar.SetRefill(int64(p.Before))
	}
	b.bar.SetCurrent(int64(p.Done))
	if p.Done == p.Before {
		b.bar.DecoratorAverageAdjust(time.Now())
	}
}

func (b *bar) tell(p census.Progress) {
	if time.Since(b.told) < tellEvery {
		return
	}
	b.told = time.Now()
	rate := float64(p.Done-p.Before) / time.Since(b.began).Seconds()
	left := time.Duration(float64(p.All-p.Done) / rate * float64(time.Second))
	b.log.Info("measuring", zap.Int("done", p.Done), zap.Int("of", p.All), zap.Int("failed", p.Failed),
		zap.Float64("per_second", rate), zap.Duration("left", left.Round(time.Second)))
}

func (b *bar) stop() {
	if b.bar != nil {
		b.bar.Abort(true)
		b.progress.Wait()
	}
}
