package program

import (
	"fmt"
	"time"

	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
)

// What strategies take is told beforehand if it is more than a moment, or a part of the machine.
const (
	muchMemory = 1 << 30
	muchTime   = time.Minute
)

// Announce says what strategies themselves will take, if it is much.
func Announce(log *zap.Logger, n search.Needs) {
	if n.Memory < muchMemory && n.Time < muchTime {
		return
	}
	log.Info("the strategy itself will take about so much for the whole budget",
		zap.String("memory", fmt.Sprintf("%.1f GB", float64(n.Memory)/1e9)),
		zap.String("core_time", max(n.Time.Round(time.Minute), time.Minute).String()))
}
