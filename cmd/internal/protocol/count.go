package protocol

import (
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Count is how many images a part of a data set has, in words; nil stands for a part that is not there.
func Count(s *dataset.Set) string {
	if s == nil {
		return "no"
	}
	return numeral.Thousands(s.Len())
}
