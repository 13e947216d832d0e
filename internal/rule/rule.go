// Package rule checks rules one after the other and says which was broken: the suites that packages offer to those who
// implement their interfaces are made of such rules, and are tested by implementations that break one each.
package rule

import (
	"fmt"
	"testing"
)

// Rule is a promise, and what finds it broken. The test is for what needs one to run in; a check fails by its error.
type Rule struct {
	Name  string
	Check func(*testing.T) error
}

// Run tests rules in their order, each in a test of its own. What follows a broken one is not tested: it rests on it.
func Run(t *testing.T, rules []Rule) {
	t.Helper()
	for _, r := range rules {
		kept := t.Run(r.Name, func(t *testing.T) {
			if err := r.check(t); err != nil {
				t.Fatalf("broken rule: %s: %v", r.Name, err)
			}
		})
		if !kept {
			t.FailNow()
		}
	}
}

// Broken returns the first rule that is broken, and how; empty if none is.
func Broken(t *testing.T, rules []Rule) (name string, err error) {
	for _, r := range rules {
		if err := r.check(t); err != nil {
			return r.Name, err
		}
	}
	return "", nil
}

// check takes a panic for a broken rule.
func (r Rule) check(t *testing.T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.Check(t)
}
