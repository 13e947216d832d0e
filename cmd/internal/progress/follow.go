package progress

import (
	"io"
	"time"

	"go.uber.org/zap"
)

// Follower shows how far work is that takes long, piece by piece: as a bar on a terminal, elsewhere as a message now
// and then. One goroutine at a time may use it.
type Follower struct {
	log         *zap.Logger
	bar         *Bar
	what        string // the name of one piece
	began, told time.Time
	shown       bool
}

// tellEvery is the time between two messages.
const tellEvery = time.Minute

// Follow returns a follower of pieces of which one is called so, on w or in the log.
func Follow(log *zap.Logger, w io.Writer, what string) *Follower {
	return &Follower{log: log, bar: New(w), what: what, began: time.Now(), told: time.Now()}
}

// Observe says how many pieces are done of all, with those that an earlier process did, and how many failed.
func (f *Follower) Observe(done, before, all, failed int) {
	switch {
	case !f.bar.Terminal():
		f.tell(done, before, all, failed)
	case !f.shown:
		f.bar.Start(f.what, before, all)
		f.bar.Show()
		f.shown = true
	default:
		f.bar.Set(done, "%.2f/s", f.rate(done-before))
	}
}

// Close takes the bar away.
func (f *Follower) Close() { f.bar.Close() }

// rate is in pieces a second.
func (f *Follower) rate(fresh int) float64 { return float64(fresh) / time.Since(f.began).Seconds() }

func (f *Follower) tell(done, before, all, failed int) {
	if time.Since(f.told) < tellEvery || done == before {
		return
	}
	f.told = time.Now()
	rate := f.rate(done - before)
	left := time.Duration(float64(all-done) / rate * float64(time.Second))
	f.log.Info("measuring", zap.Int("done", done), zap.Int("of", all), zap.Int("failed", failed),
		zap.Float64("per_second", rate), zap.Duration("left", left.Round(time.Second)))
}
