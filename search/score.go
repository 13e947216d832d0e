package search

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/space"
)

// Score is a number that is known of architectures before a study begins, from elsewhere: a measure of untrained
// networks, or what another table has measured.
type Score struct {
	Name string // unique among the scores of a study
	// Source says where the numbers are from, with a digest of them: a study is not continued with others.
	Source string
	// Prior says that it is of the same kind as the first metric, larger being better: its size counts, not its rank
	// alone.
	Prior bool
	// Of returns the score of an architecture; false if none is known.
	Of func(space.Arch) (float64, bool)
}

// ScoresError says that a strategy makes no use of scores.
type ScoresError struct {
	Strategy string
	Have     []string // strategies that do
}

func (e *ScoresError) Error() string {
	others := strings.Join(e.Have, " or ")
	return fmt.Sprintf("strategy %s makes no use of scores from elsewhere: use %s", e.Strategy, others)
}

// Sources tells where scores are from, by name; nil if there are none.
func Sources(scores []Score) map[string]string {
	if len(scores) == 0 {
		return nil
	}
	from := make(map[string]string, len(scores))
	for _, s := range scores {
		from[s.Name] = s.Source
	}
	return from
}

// TellScores tells of sources as one setting, none if there are none.
func TellScores(sources map[string]string) []settings.Setting {
	if len(sources) == 0 {
		return nil
	}
	names := strings.Join(slices.Sorted(maps.Keys(sources)), ",")
	return []settings.Setting{settings.Of("scores", names, settings.Sorted(sources)...)}
}
