package program

import (
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
)

// Whole says of those strategies that begin with shorter trainings that an evaluator has none.
func Whole(log *zap.Logger, known search.Registry, e objective.Evaluator, strategies ...string) {
	if len(objective.FidelitiesOf(e)) > 1 {
		return
	}
	for _, name := range strategies {
		if known[name].Fidelities {
			log.Warn("there are no shorter trainings here: all of this strategy's are full ones, which saves nothing",
				zap.String("strategy", name))
		}
	}
}
