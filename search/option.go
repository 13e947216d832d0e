package search

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nassearch/nassearch/internal/nearest"
)

// Kind is the type of an option's value.
type Kind int

const (
	IntKind Kind = iota
	FloatKind
	ChoiceKind
	TextKind
)

// Option is a setting of a strategy that users may choose.
type Option struct {
	Name    string
	Kind    Kind
	Default string
	Min     float64 // smallest and largest value of a number
	Max     float64
	Choices []string // values of a choice
	Meaning string   // with the unit, and where the default is from

	Valid func(text string) error // says what is wrong with a text; nil: nothing
}

// IntOption declares an option that is a whole number.
func IntOption(name string, value, low, high int, meaning string) Option {
	o := Option{Name: name, Kind: IntKind, Default: strconv.Itoa(value), Meaning: meaning}
	o.Min, o.Max = float64(low), float64(high)
	return o
}

// FloatOption declares an option that is a number.
func FloatOption(name string, value, low, high float64, meaning string) Option {
	text := strconv.FormatFloat(value, 'g', -1, 64)
	return Option{Name: name, Kind: FloatKind, Default: text, Min: low, Max: high, Meaning: meaning}
}

// ChoiceOption declares an option with named values, the first of which is the default.
func ChoiceOption(name, meaning string, choices ...string) Option {
	return Option{Name: name, Kind: ChoiceKind, Default: choices[0], Choices: choices, Meaning: meaning}
}

// TextOption declares an option that is a text, of which valid says what is wrong with it; nil takes all.
func TextOption(name, value, meaning string, valid func(text string) error) Option {
	return Option{Name: name, Kind: TextKind, Default: value, Meaning: meaning, Valid: valid}
}

// Range tells which values the option takes.
func (o Option) Range() string {
	switch o.Kind {
	case ChoiceKind:
		return strings.Join(o.Choices, "|")
	case TextKind:
		return "text"
	case IntKind:
		return fmt.Sprintf("%.0f..%.0f", o.Min, o.Max)
	default:
		return fmt.Sprintf("%g..%g", o.Min, o.Max)
	}
}

// check returns the value as it is stored: the shortest text for it.
func (o Option) check(value string) (text string, err error) {
	var v float64
	switch o.Kind {
	case ChoiceKind:
		if !slices.Contains(o.Choices, value) {
			return "", fmt.Errorf("%q is not one of %s%s", value, o.Range(), nearest.Hint(value, o.Choices))
		}
		return value, nil
	case TextKind:
		return value, o.text(value)
	case IntKind:
		n, err := strconv.Atoi(value)
		if err != nil {
			return "", fmt.Errorf("%q is not a whole number", value)
		}
		v, text = float64(n), strconv.Itoa(n)
	default:
		if v, err = strconv.ParseFloat(value, 64); err != nil || math.IsNaN(v) {
			return "", fmt.Errorf("%q is not a number", value)
		}
		text = strconv.FormatFloat(v, 'g', -1, 64)
	}
	if v < o.Min || v > o.Max {
		return "", fmt.Errorf("%s is outside %s", text, o.Range())
	}
	return text, nil
}

// text says what is wrong with a text. One that is not UTF-8 could not be kept.
func (o Option) text(value string) error {
	switch {
	case !utf8.ValidString(value):
		return fmt.Errorf("%q is not UTF-8", value)
	case o.Valid != nil:
		return o.Valid(value)
	}
	return nil
}

// Options are a strategy's settings, complete and within their ranges. The getters panic for a name or kind
// that the strategy has not declared.
type Options map[string]string

// Int returns the value of an IntOption.
func (o Options) Int(name string) int { return number(o, name, strconv.Atoi) }

// Float returns the value of a FloatOption.
func (o Options) Float(name string) float64 {
	return number(o, name, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) })
}

func number[N int | float64](o Options, name string, parse func(string) (N, error)) N {
	n, err := parse(o.Text(name))
	if err != nil {
		panic(fmt.Sprintf("search: option %s is no such number: %v", name, err))
	}
	return n
}

// Choice returns the value of a ChoiceOption.
func (o Options) Choice(name string) string { return o.Text(name) }

// Text returns the value of a TextOption.
func (o Options) Text(name string) string {
	v, ok := o[name]
	if !ok {
		panic(fmt.Sprintf("search: option %s was not declared", name))
	}
	return v
}

// After returns the name of a strategy with the options: "evolution population=30 tournament=10".
func (o Options) After(strategy string) string {
	for _, name := range slices.Sorted(maps.Keys(o)) {
		strategy += " " + name + "=" + o[name]
	}
	return strategy
}

// OptionError says what is wrong with an option.
type OptionError struct {
	Strategy, Option string
	Problem          string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("strategy %s: option %s: %s", e.Strategy, e.Option, e.Problem)
}

// resolve adds defaults to the given values and checks them against the declared options.
func resolve(strategy string, declared []Option, given map[string]string) (Options, error) {
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.ContainsFunc(declared, func(o Option) bool { return o.Name == name }) {
			return nil, &OptionError{strategy, name, noOption(name, declared)}
		}
	}
	resolved := make(Options, len(declared))
	for _, o := range declared {
		value, ok := given[o.Name]
		if !ok {
			value = o.Default
		}
		v, err := o.check(value)
		if err != nil {
			return nil, &OptionError{strategy, o.Name, err.Error()}
		}
		resolved[o.Name] = v
	}
	return resolved, nil
}

// noOption says that there is no option of a name, and which there are.
func noOption(name string, declared []Option) string {
	const problem = "there is no such option: it has "
	if len(declared) == 0 {
		return problem + "none"
	}
	names := make([]string, len(declared))
	for i, o := range declared {
		names[i] = o.Name
	}
	return problem + strings.Join(names, ", ") + nearest.Hint(name, names)
}
