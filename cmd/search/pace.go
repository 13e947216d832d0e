package search

import (
	"fmt"
	"math"
	"sync"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/internal/exposition"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
)

// pace shows how far a search is: how many of its queries are made or, where time alone bounds it, how much of that has
// gone by.
type pace struct {
	*progress.Bar
	config search.Config
	study  search.Description
	// telling and status are the log, and how it stands, of a search that others measure for.
	telling *zap.Logger
	status  func() string

	mu     sync.Mutex
	told   int       // queries, with those of an earlier process, which are told again
	failed int       // of them
	before int       // of an earlier process
	began  time.Time // after them
	last   time.Time // when it was logged how far the search is
}

// timed says whether time alone bounds the search.
func (p *pace) timed() bool { return p.config.Budget == math.MaxInt }

// start begins with what an earlier process did.
func (p *pace) start(log *zap.Logger, path string, known []search.Trial) {
	before, late, passed := 0, 0, 0
	for _, t := range known {
		if p.study.Counts(t) {
			before++
		}
		if p.config.TimeBudget > 0 && t.Start >= p.config.TimeBudget {
			late++
		}
		passed = max(passed, p.percent(t))
	}
	if before > p.config.Budget {
		log.Warn("the study has more queries than --budget asks for: all are shown", zap.String("study", path),
			zap.Int("has", before), zap.Int("budget", p.config.Budget))
	}
	if late > 0 {
		log.Warn("the study has queries that began after the time that --time-budget asks for: all are shown",
			zap.String("study", path), zap.Int("late", late), zap.Duration("time-budget", p.config.TimeBudget))
	}
	p.before, p.began, p.last = before, time.Now(), time.Now()
	if p.timed() {
		p.Start("percent of the simulated time", passed, 100)
		return
	}
	p.Start("query", before, max(before, p.config.Budget))
}

// goal keeps how far the search is to go beside its file, which has some trials already.
func (p *pace) goal(path string, before int) {
	g := goal.Goal{Total: p.config.Budget, Time: p.config.TimeBudget, Before: before, Began: time.Now()}
	if p.timed() {
		g.Total = 0
	}
	goal.Set(path, g)
}

// percent is the time that has gone by when a trial has ended.
func (p *pace) percent(t search.Trial) int {
	if p.config.TimeBudget == 0 {
		return 0
	}
	return min(100, int(100*t.End.Seconds()/p.config.TimeBudget.Seconds()))
}

// observe sees a trial.
func (p *pace) observe(t search.Trial) {
	p.mu.Lock()
	defer p.mu.Unlock()
	counts := p.study.Counts(t)
	if counts {
		p.told++
		if t.Failed() {
			p.failed++
		}
	}
	switch {
	case p.timed():
		p.Set(p.percent(t), "%s", p.note())
	case counts:
		p.Set(p.told, "%s", p.note())
	}
	p.tell()
}

// note is what there is to say besides the count of a search that others measure for.
func (p *pace) note() string {
	if p.telling == nil {
		return ""
	}
	text := fmt.Sprintf("%.2f/s", p.rate())
	if p.failed > 0 {
		text += " · " + numeral.Thousands(p.failed) + " failed"
	}
	return text
}

// rate is in queries of this process a second.
func (p *pace) rate() float64 {
	return float64(max(0, p.told-p.before)) / max(time.Since(p.began).Seconds(), 1e-3)
}

// tellEvery is the time between two messages of a search that others measure for, where there is no terminal.
const tellEvery = time.Minute

func (p *pace) tell() {
	if p.telling == nil || p.Terminal() || time.Since(p.last) < tellEvery {
		return
	}
	p.last = time.Now()
	p.telling.Info("measuring", zap.Int("queries", p.told), zap.Int("failed", p.failed),
		zap.Float64("per_second", p.rate()), zap.String("queue", p.status()))
}

// families tell Prometheus how far the search is.
func (p *pace) families() []exposition.Family {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := []exposition.Family{
		exposition.One("nassearch_study_queries_total", "Queries, with those of an earlier process.", exposition.Counter,
			float64(p.told)),
		exposition.One("nassearch_study_failed_total", "Queries without a value.", exposition.Counter, float64(p.failed)),
	}
	if !p.timed() {
		all = append(all, exposition.One("nassearch_study_budget", "Queries that there may be.", exposition.Gauge,
			float64(p.config.Budget)))
	}
	return all
}
