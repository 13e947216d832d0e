package census

import (
	"time"

	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/objective/live/census"
)

// follower shows how far a census is: as a bar on a terminal, elsewhere as a message now and then.
type follower struct {
	log   *zap.Logger
	bar   *progress.Bar
	began time.Time
	told  time.Time
}

// tellEvery is the time between two messages.
const tellEvery = time.Minute

func follow(e *env.Env) *follower {
	return &follower{log: e.Log, bar: progress.New(e.Stderr), began: time.Now(), told: time.Now()}
}

func (f *follower) observe(p census.Progress) {
	if !f.bar.Terminal() {
		f.tell(p)
		return
	}
	if p.Done == p.Before {
		f.bar.Start("network", p.Before, p.All)
		f.bar.Show()
		return
	}
	f.bar.Set(p.Done, "%.2f/s", f.rate(p))
}

// rate is in networks a second.
func (f *follower) rate(p census.Progress) float64 {
	return float64(p.Done-p.Before) / time.Since(f.began).Seconds()
}

func (f *follower) tell(p census.Progress) {
	if time.Since(f.told) < tellEvery {
		return
	}
	f.told = time.Now()
	rate := f.rate(p)
	left := time.Duration(float64(p.All-p.Done) / rate * float64(time.Second))
	f.log.Info("measuring", zap.Int("done", p.Done), zap.Int("of", p.All), zap.Int("failed", p.Failed),
		zap.Float64("per_second", rate), zap.Duration("left", left.Round(time.Second)))
}
