package search

import (
	"math"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
)

// pace shows how far a search is: how many of its queries are made or, where time alone bounds it, how much of that has
// gone by.
type pace struct {
	*progress.Bar
	config search.Config
	study  search.Description
	told   int // queries, with those of an earlier process, which are told again
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
	switch {
	case p.timed():
		p.Set(p.percent(t), "")
	case p.study.Counts(t):
		p.told++
		p.Set(p.told, "")
	}
}
