// Package rules tells which rules of a suite are kept, for the commands that check what others wrote.
package rules

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// Ruling is what came of a rule: kept, broken or, after one that is broken, not checked.
type Ruling struct {
	Rule   string `json:"rule"`
	Result string `json:"result"`
	Why    string `json:"why,omitempty"`
}

// Tell checks rules, shows which one it is at, and adds what came of them to a list. It returns how the first is broken
// that is; nil if none is, or if ctx ended before.
func Tell(ctx context.Context, bar *progress.Bar, checks iter.Seq2[string, error], to *[]Ruling) (broken error) {
	for rule, why := range checks {
		if ctx.Err() != nil {
			return nil
		}
		bar.Say(rule)
		r := ruling(rule, why)
		if r.Why != "" {
			broken = fmt.Errorf("%s: %w", rule, why)
		}
		*to = append(*to, r)
	}
	return broken
}

func ruling(name string, why error) Ruling {
	switch {
	case why == nil:
		return Ruling{Rule: name, Result: "kept"}
	case errors.Is(why, rule.ErrUnchecked):
		return Ruling{Rule: name, Result: why.Error()}
	}
	return Ruling{name, "broken", why.Error()}
}

// Sheet lists rulings.
func Sheet(all []Ruling) *sheet.Sheet {
	rows := sheet.New("rule", "result")
	for _, r := range all {
		rows.Add(sheet.Texts(r.Rule, r.Result)...)
	}
	return rows
}
