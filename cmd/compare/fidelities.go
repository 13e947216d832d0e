package compare

import (
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/objective"
	"go.uber.org/zap"
)

// fidelities says what is not fair to strategies that begin with shorter trainings, or to the others.
func (c *command) fidelities() {
	var short []string
	for _, s := range c.config.Strategies {
		if c.config.Registry[s.Algorithm].Fidelities && !slices.Contains(short, s.Algorithm) {
			short = append(short, s.Algorithm)
		}
	}
	several := false
	for _, t := range c.config.Tasks {
		program.Whole(c.Log, c.config.Registry, t.Evaluator, short...)
		several = several || len(objective.FidelitiesOf(t.Evaluator)) > 1
	}
	if several && len(short) > 0 && c.config.TimeBudget == 0 {
		c.Log.Warn("runs are compared by queries, of which a short training counts as much as a full one: "+
			"--time-budget compares them at equal cost", zap.Strings("strategies", short))
	}
}
