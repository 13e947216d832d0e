package search

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
)

// Factory makes a strategy. The options are those that its entry declares, resolved.
type Factory func(Problem, Options) (Strategy, error)

// Entry describes a strategy to the registry.
type Entry struct {
	About   string // one line
	Source  string // the paper
	Options []Option
	Multi   bool // takes more than one metric
	Scored  bool // makes use of [Problem.Scores]
	// Fidelities says that it begins with shorter trainings, where there are any, see [Problem.Fidelities].
	Fidelities bool
	New        Factory
}

// Registry holds the strategies of a program by name. It is a value: pass in your own with one more entry.
type Registry map[string]Entry

// Names lists the strategies in alphabetical order.
func (r Registry) Names() []string { return slices.Sorted(maps.Keys(r)) }

// Lookup returns a strategy's entry.
func (r Registry) Lookup(name string) (Entry, error) {
	e, ok := r[name]
	if !ok {
		return Entry{}, &UnknownStrategyError{name, r.Names()}
	}
	return e, nil
}

// New makes the strategy with the given options, defaults for the rest. It returns the options in full, as
// they belong into a journal.
func (r Registry) New(name string, p Problem, given map[string]string) (Strategy, Options, error) {
	e, err := r.Lookup(name)
	if err != nil {
		return nil, nil, err
	}
	if len(p.Metrics) != 1 && !e.Multi {
		single := func(name string) bool { return !r[name].Multi || !r[name].ready() }
		return nil, nil, &MetricsError{name, len(p.Metrics), slices.DeleteFunc(r.Names(), single)}
	}
	if len(p.Scores) > 0 && !e.Scored {
		plain := func(name string) bool { return !r[name].Scored }
		return nil, nil, &ScoresError{name, slices.DeleteFunc(r.Names(), plain)}
	}
	o, err := resolve(name, e.Options, given)
	if err != nil {
		return nil, nil, err
	}
	s, err := e.New(p, o)
	if bad, ok := errors.AsType[*OptionError](err); ok {
		return nil, nil, bad
	}
	if refused, ok := errors.AsType[*MetricsError](err); ok { // which says so itself
		return nil, nil, refused
	}
	if lacking, ok := errors.AsType[*SpaceError](err); ok {
		return nil, nil, &SpaceError{name, lacking.Space, lacking.Lacks}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("strategy %s: %w", name, err)
	}
	return s, o, nil
}

// ready says whether the strategy can be used as it is: it has a default for every option.
func (e Entry) ready() bool {
	return !slices.ContainsFunc(e.Options, func(o Option) bool {
		_, err := o.check(o.Default)
		return err != nil
	})
}

// UnknownStrategyError names a strategy that is not in the registry.
type UnknownStrategyError struct {
	Name string
	Have []string
}

func (e *UnknownStrategyError) Error() string {
	return fmt.Sprintf("no strategy %q: there are %s%s", e.Name, strings.Join(e.Have, ", "), nearest.Hint(e.Name, e.Have))
}

// MetricsError says that a strategy cannot search for so many metrics at once.
type MetricsError struct {
	Strategy string
	Metrics  int
	Have     []string // strategies that can, if they are known
}

func (e *MetricsError) Error() string {
	text := fmt.Sprintf("strategy %s takes one objective, not %d", e.Strategy, e.Metrics)
	if len(e.Have) > 0 {
		text += ": use " + strings.Join(e.Have, " or ")
	}
	return text
}

// SpaceError says that a strategy, or an option of it, needs what a space lacks.
type SpaceError struct {
	Strategy string // which the registry adds
	Space    string
	Lacks    string // in words that follow the space's name: "does not tell neighbours"
}

func (e *SpaceError) Error() string {
	return fmt.Sprintf("strategy %s: space %s %s", e.Strategy, e.Space, e.Lacks)
}
