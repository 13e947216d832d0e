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
		zap.String("memory", gigabytes(n.Memory)), zap.String("core_time", roughly(n.Time)))
}

func gigabytes(bytes int64) string {
	const giga, many = 1e9, 1e6 * 1e9
	switch {
	case bytes >= many:
		return "more than a million GB"
	case bytes >= 10*giga:
		return fmt.Sprintf("%.0f GB", float64(bytes)/giga)
	}
	return fmt.Sprintf("%.1f GB", max(float64(bytes)/giga, 0.1))
}

// roughly tells a time in the unit in which it is a few.
func roughly(d time.Duration) string {
	const day, century = 24 * time.Hour, 100 * 365 * 24 * time.Hour
	switch {
	case d >= century:
		return "more than 100 years"
	case d >= 4*day:
		return fmt.Sprintf("%.0f days", d.Hours()/24)
	case d >= 4*time.Hour:
		return fmt.Sprintf("%.0f hours", d.Hours())
	}
	return fmt.Sprintf("%.0f min", max(d.Minutes(), 1))
}
