package backends

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/pflag"
)

// Scope are the flags that say which part of a space is searched.
type Scope struct {
	where []string
	known bool

	search bool // what is searched for is not known
}

// RegisterWhere adds --where, which keeps a command to what it says.
func (s *Scope) RegisterWhere(f *pflag.FlagSet) {
	f.StringArrayVar(&s.where, "where", nil, "only architectures within bounds such as 'params<=0.5M,flops<100M', on "+
		"what is known before anything is measured: params, flops, and other metrics of a table; may be repeated")
}

// Register adds --where and --known, of a search.
func (s *Scope) Register(f *pflag.FlagSet) {
	s.RegisterWhere(f)
	s.search = true
	f.BoolVar(&s.known, "known", false, "search only what the table has values of, where it has holes")
}

// Within adds a bound to those of --where.
func (s *Scope) Within(bound string) { s.where = append(s.where, bound) }

// Known says whether holes of a table are left out.
func (s *Scope) Known() bool { return s.known }

// Narrow leaves of a problem's space what the flags say, and of what is known what is known of that.
func (s *Scope) Narrow(ctx context.Context, name string, p *backend.Problem) error {
	if len(s.where) == 0 && !s.known {
		return nil
	}
	whole, ok := p.Space.(space.Listed)
	if !ok {
		return usage.Mark(fmt.Errorf("--where and --known take a space whose classes can be listed, which %s is not",
			p.Space.Name()))
	}
	known, measured := p.Landscape()
	if s.known && !measured {
		return usage.Mark(fmt.Errorf("--known has no meaning with --backend %s: nobody knows a value before it is measured",
			name))
	}
	bounds, err := s.bounds(ctx, p)
	if err != nil {
		return err
	}
	part, err := space.Restrict(whole, func(a space.Arch) bool {
		class, err := whole.ClassOf(a)
		if err != nil || s.known && slices.ContainsFunc(known.Values(class), math.IsNaN) {
			return false
		}
		return bounds.hold(whole, class, a)
	})
	if err != nil {
		return usage.Mark(s.empty(bounds))
	}
	p.Scope = search.Scope{Where: bounds.words(), Known: s.known, Classes: fingerprint(part.(space.Enumerator))}
	p.Space = part
	if measured {
		p.Known = Among(known, whole, part)
	}
	tell(p, whole, part.(space.Enumerator))
	return nil
}

// fingerprint is that of a part's classes.
func fingerprint(part space.Enumerator) string {
	sum := sha256.New()
	for class := range part.Classes() {
		fmt.Fprintln(sum, part.Class(class))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// Among leaves of a landscape what is known of a part of its space.
func Among(l objective.Landscape, whole, part space.Space) objective.Landscape {
	all, ok := whole.(space.Enumerator)
	if !ok {
		return l
	}
	return objective.Among(l, all.Classes(), func(class int) bool { return part.Validate(all.Class(class)) == nil })
}

// tell has the report say what was searched.
func tell(p *backend.Problem, whole, part space.Enumerator) {
	p.Searched = part.Classes()
	text := report.Within(p.Scope, p.Searched, whole.Classes())
	tell := p.Report
	p.Report = func(ctx context.Context, r search.Result) (report.Context, error) {
		c, err := tell(ctx, r)
		c.Searched, c.Notes = p.Searched, append(c.Notes, report.Note{Label: "where", Text: text})
		if p.Known != nil {
			c.Known = p.Known
		}
		return c, err
	}
}

// empty says why nothing is left.
func (s *Scope) empty(all bounds) error {
	var ranges []string
	for _, b := range all {
		text := b.Constraint.Metric + " is not known of any class"
		best, _, ok := b.of.Optimum(0)
		if worst, there := b.of.Worst(0); ok && there {
			low, high := sheet.Exact(min(best, worst)), sheet.Exact(max(best, worst))
			text = fmt.Sprintf("%s is from %s to %s", b.Constraint.Metric, low, high)
		}
		if !slices.Contains(ranges, text) {
			ranges = append(ranges, text)
		}
	}
	if s.known {
		ranges = append(ranges, "--known leaves out what the table has no value of")
	}
	return fmt.Errorf("--where: nothing is left to search: no class has %s (%s)",
		strings.Join(all.words(), " and "), strings.Join(ranges, ", "))
}

// bound is a constraint with what is known of its metric.
type bound struct {
	objective.Constraint
	of objective.Landscape
	// size of an architecture, if the metric is one that members of a class need not have in common; nil if it is not.
	size func(space.Arch) int64
}

type bounds []bound

// words are the constraints as they are kept.
func (all bounds) words() (words []string) {
	for _, b := range all {
		words = append(words, b.Constraint.String())
	}
	return words
}

// hold says whether an architecture is within all bounds. Its class decides, and where a size is computed from the
// architecture, that of its text too.
func (all bounds) hold(sp space.Listed, class int, a space.Arch) bool {
	for _, b := range all {
		v := b.of.Values(class)[0]
		if !b.Holds(v) {
			return false
		}
		if b.size != nil && float64(b.size(sp.Class(class))) == v && !b.Holds(float64(b.size(a))) {
			return false
		}
	}
	return true
}

// Constraints reads --where.
func (s *Scope) Constraints() (all []objective.Constraint, err error) {
	for _, list := range s.where {
		some, err := objective.ParseConstraints(list)
		if err != nil {
			return nil, usage.Mark(fmt.Errorf("--where: %w", err))
		}
		all = append(all, some...)
	}
	return objective.Distinct(all), nil
}

// bounds finds what is known of the constraints' metrics.
func (s *Scope) bounds(ctx context.Context, p *backend.Problem) (all bounds, err error) {
	constraints, err := s.Constraints()
	if err != nil {
		return nil, err
	}
	before := p.Before
	if before == nil {
		before = func(_ context.Context, metric string) (objective.Landscape, error) { return sizes(p, metric) }
	}
	for _, c := range constraints {
		b := bound{Constraint: c}
		if b.of, err = before(ctx, c.Metric); err != nil {
			return nil, usage.Mark(fmt.Errorf("--where: %w", err))
		}
		m := b.of.Metrics()[0]
		b.size = sizeOf(p.Space, m.Name)
		searched := func(o objective.Metric) bool { return o.Name == m.Name && o.Setting == m.Setting }
		if s.search && b.size == nil && slices.ContainsFunc(p.Evaluator.Metrics(), searched) {
			return nil, usage.Mark(fmt.Errorf("--where %s: %s is what is searched for: it is not known before it is measured",
				c, m.Words()))
		}
		b.Constraint.Metric = m.Key()
		all = append(all, b)
	}
	return all, nil
}

// sizeOf returns what computes a size of networks; nil for another metric, and in a space that tells none.
func sizeOf(sp space.Space, metric string) func(space.Arch) int64 {
	sizer, ok := sp.(space.Sizer)
	switch {
	case ok && metric == "params":
		return sizer.Params
	case ok && metric == "flops":
		return sizer.FLOPs
	}
	return nil
}

// sizes is what is known of networks where nothing has been measured.
func sizes(p *backend.Problem, metric string) (objective.Landscape, error) {
	m, err := objective.ParseMetric(metric)
	if err != nil {
		return nil, err
	}
	size := sizeOf(p.Space, m.Name)
	switch {
	case sizeOf(p.Space, "params") == nil:
		return nil, errors.New("nothing is known before it is measured: the space tells no sizes of networks")
	case size == nil || !m.Setting.IsZero():
		return nil, fmt.Errorf("%s is not known before it is measured: want params or flops", m.Words())
	}
	all := p.Space.(space.Listed) // which Narrow has checked
	values := make([]float64, all.Classes())
	for class := range values {
		values[class] = float64(size(all.Class(class)))
	}
	return objective.NewMeasured([]objective.Metric{m}, values), nil
}
