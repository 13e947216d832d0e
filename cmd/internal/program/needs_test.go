package program

import (
	"math"
	"testing"
	"time"

	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

func TestWhatStrategiesTakeIsToldIfItIsMuch(t *testing.T) {
	for _, c := range []struct {
		name             string
		needs            search.Needs
		memory, coreTime string // "" if nothing is told
	}{
		{"nothing", search.Needs{}, "", ""},
		{"a moment", search.Needs{Memory: 1e9, Time: 59 * time.Second}, "", ""},
		{"time", search.Needs{Memory: 5e6, Time: 100 * time.Second}, "0.1 GB", "2 min"},
		{"memory", search.Needs{Memory: 1100 << 20, Time: time.Second}, "1.2 GB", "1 min"},
		{"hours", search.Needs{Memory: 25e9, Time: 5 * time.Hour}, "25 GB", "5 hours"},
		{"days", search.Needs{Memory: 25e9, Time: 100 * time.Hour}, "25 GB", "4 days"},
		{"more than can be counted", search.Needs{Memory: math.MaxInt64, Time: math.MaxInt64},
			"more than a million GB", "more than 100 years"},
	} {
		core, logs := observer.New(zapcore.InfoLevel)
		Announce(zap.New(core), c.needs)
		if told := logs.Len() > 0; told != (c.memory != "") {
			t.Errorf("%s: told: %t", c.name, told)
			continue
		}
		for _, entry := range logs.All() {
			got := entry.ContextMap()
			if got["memory"] != c.memory || got["core_time"] != c.coreTime {
				t.Errorf("%s: %v, want memory %s and core time %s", c.name, got, c.memory, c.coreTime)
			}
		}
	}
}
