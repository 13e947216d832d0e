// Package rule checks rules one after the other and says which was broken: the suites that packages offer to those who
// implement their interfaces are made of such rules, and are tested by implementations that break one each.
package rule

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"
)

// Rule is a promise, and what finds it broken. A check fails by its error.
type Rule struct {
	Name  string
	Check func(T) error
}

// T is what checks run in: a [testing.T], or, where a program checks, what [In] returns.
type T interface{ Context() context.Context }

// In returns what rules are checked in without a test.
func In(ctx context.Context) T { return outside{ctx} }

type outside struct{ ctx context.Context }

func (o outside) Context() context.Context { return o.ctx }

// Run tests rules in their order, each in a test of its own. What follows a broken one is not tested: it rests on it.
func Run(t *testing.T, rules []Rule) {
	t.Helper()
	for _, r := range rules {
		kept := t.Run(r.Name, func(t *testing.T) {
			if err := r.Broken(t); err != nil {
				t.Fatalf("broken rule: %s: %v", r.Name, err)
			}
		})
		if !kept {
			t.FailNow()
		}
	}
}

// ErrUnchecked says of a rule that one before it is broken, on which it may rest.
var ErrUnchecked = errors.New("not checked")

// Check checks rules in a program, in their order: it yields every rule with how it is broken, nil if it is kept.
func Check(ctx context.Context, rules []Rule) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		var broken error
		for _, r := range rules {
			err := ErrUnchecked
			if broken == nil {
				broken = r.Broken(In(ctx))
				err = broken
			}
			if !yield(r.Name, err) {
				return
			}
		}
	}
}

// Broken returns the first rule that is broken, and how; empty if none is.
func Broken(t T, rules []Rule) (name string, err error) {
	for _, r := range rules {
		if err := r.Broken(t); err != nil {
			return r.Name, err
		}
	}
	return "", nil
}

// Broken returns how the rule is broken; nil if it is kept. It takes a panic for a broken rule.
func (r Rule) Broken(t T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.Check(t)
}
