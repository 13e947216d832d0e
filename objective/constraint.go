package objective

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
)

// Constraint is a bound on a metric that is known before anything is measured: "params<=0.5M".
type Constraint struct {
	Metric   string   // as [ParseMetric] reads it
	Relation Relation // of the value to the bound
	Bound    float64
}

// Relation compares a value with a bound: one of < <= > >= = !=.
type Relation string

// relations are those in texts, longer ones first.
var relations = []struct {
	text string
	Relation
}{{"<=", "<="}, {">=", ">="}, {"!=", "!="}, {"==", "="}, {"<", "<"}, {">", ">"}, {"=", "="}}

// ParseConstraints reads "params<=0.5M,flops<100M". A bound is a number or, of params and flops, one with k, M or G. A
// constraint that stands twice counts once; the order is that of their texts, so that equal sets are equal lists.
func ParseConstraints(list string) ([]Constraint, error) {
	var all []Constraint
	for text := range strings.SplitSeq(list, ",") {
		c, err := parseConstraint(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("constraint %q: %w", strings.TrimSpace(text), err)
		}
		all = append(all, c)
	}
	return Distinct(all), nil
}

// Distinct returns constraints in the order of their texts, each once.
func Distinct(all []Constraint) []Constraint {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b Constraint) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(sorted)
}

// parseConstraint looks for the relation from the end: a metric's name may have such characters, a number has none.
func parseConstraint(text string) (c Constraint, err error) {
	end := strings.LastIndexAny(text, "<>=") + 1
	for _, r := range relations {
		name, ok := strings.CutSuffix(text[:end], r.text)
		if !ok {
			continue
		}
		c.Metric, c.Relation = strings.TrimSpace(name), r.Relation
		if strings.TrimRight(c.Metric, "<>=!") != c.Metric {
			return c, fmt.Errorf("%q ends as a relation does: want one of < <= > >= = !=", c.Metric)
		}
		m, err := ParseMetric(c.Metric)
		if err != nil {
			return c, err
		}
		c.Bound, err = parseBound(strings.TrimSpace(text[end:]), m)
		return c, err
	}
	return c, errors.New("want a metric, one of < <= > >= = != and a number, such as params<=0.5M")
}

// thousands are the units of what is counted in large numbers.
var thousands = map[string]string{"k": "e3", "K": "e3", "M": "e6", "G": "e9"}

func parseBound(text string, m Metric) (float64, error) {
	number := strings.TrimRight(text, "kKMG")
	unit := text[len(number):]
	exponent := thousands[unit]
	switch number = strings.TrimSpace(number); {
	case strings.HasSuffix(text, "%"):
		return 0, fmt.Errorf("%s: write a share without %%, such as 0.6", text)
	case unit == "":
	case exponent == "":
		return 0, fmt.Errorf("%q: want one of the units k, M and G", unit)
	case m.Unit() != Millions:
		return 0, fmt.Errorf("%s has no unit %s: write the number as it is%s", m.Name, unit,
			nearest.Hint(m.Name, []string{"params", "flops"}))
	case !strings.ContainsAny(number, "eExXpP"):
		number += exponent // so that 0.073306M is 73306, to the last bit
	default:
		return 0, fmt.Errorf("%s: want a unit or an exponent, not both", text)
	}
	v, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%q: want a number such as 0.5M or 500000", text)
	}
	return v, nil
}

// Holds says whether a value is within the bound. NaN, a value that nobody knows, is within none.
func (c Constraint) Holds(v float64) bool {
	switch c.Relation {
	case "<":
		return v < c.Bound
	case "<=":
		return v <= c.Bound
	case ">":
		return v > c.Bound
	case ">=":
		return v >= c.Bound
	case "=":
		return v == c.Bound
	}
	return c.Relation == "!=" && v != c.Bound && !math.IsNaN(v)
}

// String returns the constraint as [ParseConstraints] reads it, with all digits of the bound.
func (c Constraint) String() string {
	return c.Metric + string(c.Relation) + strconv.FormatFloat(c.Bound, 'g', -1, 64)
}
