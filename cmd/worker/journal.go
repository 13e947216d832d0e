package worker

import (
	"context"
	"sync"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/objective/remote"
	"go.uber.org/zap"
)

// journal tells what a worker does.
type journal struct {
	log    *zap.Logger
	missed func(error)

	mu         sync.Mutex
	told, last time.Time // when it was told how far the worker is, and when anything was done
	done       int       // jobs, since it was told
	took       time.Duration
	all        time.Duration // that jobs took, from the beginning
	silent     int           // times that the queue did not answer
}

func newJournal(log *zap.Logger) *journal {
	now := time.Now()
	return &journal{log: log, missed: queue.Missed(log), told: now, last: now}
}

// tellEvery is the time between two messages of what was done.
const tellEvery = time.Minute

// observe is told what happens, by several goroutines.
func (j *journal) observe(e remote.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch e.What {
	case remote.Retry:
		j.silent++
		j.missed(e.Err)
		return
	case remote.Back:
		j.log.Warn("a job is handed back", zap.String("job", e.Job), zap.Error(e.Err))
	case remote.GivenUp:
		j.log.Warn("a job is given up, and is a failed one", zap.String("job", e.Job), zap.Error(e.Err))
	case remote.Done:
		j.log.Debug("a job is done", zap.String("job", e.Job), zap.Duration("took", e.Took))
		j.done++
		j.took += e.Took
		j.all += e.Took
	}
	j.last = time.Now()
	if j.done > 0 && j.last.Sub(j.told) >= tellEvery {
		each := (j.took / time.Duration(j.done)).Round(time.Millisecond)
		j.log.Info("measured", zap.Int("jobs", j.done), zap.Duration("each", each))
		j.told, j.done, j.took = j.last, 0, 0
	}
}

// watch stops a worker that has had nothing to do for so long.
func (j *journal) watch(ctx context.Context, idle time.Duration, now func() remote.Presence, stop func()) {
	t := time.NewTicker(min(idle, time.Second))
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		j.mu.Lock()
		over := time.Since(j.last) >= idle && now().Busy == 0
		j.mu.Unlock()
		if over {
			j.log.Info("there has been nothing to do", zap.Duration("for", idle))
			stop()
			return
		}
	}
}

// families tell Prometheus what the worker has done.
func (j *journal) families(now remote.Presence) []exposition.Family {
	j.mu.Lock()
	defer j.mu.Unlock()
	outcome := func(name string, n int) exposition.Sample {
		return exposition.Sample{Labels: []exposition.Label{{Name: "outcome", Value: name}}, Value: float64(n)}
	}
	return []exposition.Family{
		{
			Name: "nassearch_worker_jobs_total", Help: "Jobs, by what came of them.", Kind: exposition.Counter,
			Samples: []exposition.Sample{
				outcome("done", now.Done), outcome("handed_back", now.Back), outcome("given_up", now.Lost),
			},
		},
		exposition.One("nassearch_worker_job_seconds_total", "Time that jobs which are done took.", exposition.Counter,
			j.all.Seconds()),
		exposition.One("nassearch_worker_queue_silent_total", "Times that the queue did not answer.", exposition.Counter,
			float64(j.silent)),
		exposition.One("nassearch_worker_slots", "Jobs that can be done side by side.", exposition.Gauge, float64(now.Slots)),
		exposition.One("nassearch_worker_busy", "Jobs that are being done.", exposition.Gauge, float64(now.Busy)),
	}
}
