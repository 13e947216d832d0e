package live

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
)

// Corrupt is the kind of setups of corruptions.
const Corrupt = "corrupt"

// corrupted is the accuracy on images under a corruption, at one severity or on average over all. Origin says what the
// images depend on besides the program.
type corrupted struct {
	corruption.Corruption
	origin string
}

func (q corrupted) Metrics(Protocol) []objective.Metric {
	return []objective.Metric{{Name: q.Name() + "_acc", Setting: objective.MeanOverSeverities(corruption.Severities)}}
}

func (corrupted) Needs() Needs { return NeedsTraining }

// In is the quantity as a lab has its images.
func (q corrupted) In(l *Lab) (Quantity, error) {
	c, err := l.Corrupted.Named(q.Name())
	if err != nil {
		return nil, err
	}
	if l.Images.Val != nil {
		if err := l.Corrupted.Has(l.Images.Val, l.corruption(q.Name()).Images); err != nil {
			return nil, fmt.Errorf("validation images: %w", err)
		}
	}
	origin, err := l.Corrupted.Origin(context.Background(), c)
	return corrupted{c, origin}, err
}

func (q corrupted) Passes(p Protocol, images int, of []objective.Metric) float64 {
	n := 0
	for _, m := range of {
		n += len(severities(m.Setting))
	}
	return float64(n * cut(p.corruption(q.Name()).Images, images))
}

// severities lists those of a metric's setting.
func severities(s objective.Setting) (all []int) {
	if s.Severity > 0 {
		return []int{s.Severity}
	}
	for i := range corruption.Severities {
		all = append(all, i+1)
	}
	return all
}

func (q corrupted) Measure(ctx context.Context, b *Bench, of []objective.Metric) ([]float64, error) {
	values := make([]float64, len(of))
	for i, m := range of {
		at := severities(m.Setting)
		for _, severity := range at {
			s, err := b.Corrupt(ctx, q.Corruption, severity, b.corruption(q.Name()).Images)
			if err != nil {
				return nil, err
			}
			values[i] += s.Accuracy
		}
		values[i] /= float64(len(at))
	}
	return values, nil
}

// Setup says where the images come from.
func (q corrupted) Setup(p Protocol) Setup {
	s := Setup{Kind: Corrupt, Name: q.Name(), How: "severities 1 to 5", Images: p.corruption(q.Name()).Images}
	if q.origin != "" {
		s.How += ", " + q.origin
		s.Settings = map[string]string{"origin": q.origin}
	}
	return s
}

// spoilt are images under a corruption.
type spoilt struct {
	corruption       string
	severity, images int
}

// Corrupt returns what the network makes of the first images of the set, 0 being all, under a corruption.
func (b *Bench) Corrupt(ctx context.Context, c corruption.Corruption, severity, images int) (Score, error) {
	if err := b.has(); err != nil {
		return Score{}, err
	}
	of := spoilt{c.Name(), severity, cut(images, b.Set.Len())}
	if s, ok := b.corrupted[of]; ok {
		return s, nil
	}
	set, err := b.Lab.Corrupted.Under(ctx, b.Set, c, severity, images)
	if err != nil {
		return Score{}, err
	}
	r, err := b.run(ctx, robustness.Evaluation{}, set)
	if err != nil {
		return Score{}, fmt.Errorf("corruption %s, severity %d: %w", c.Name(), severity, err)
	}
	if b.corrupted == nil {
		b.corrupted = map[spoilt]Score{}
	}
	b.corrupted[of] = Score{r.CleanAccuracy, r.CleanMeans}
	return b.corrupted[of], nil
}

// spectra are the accuracies by severity under the corruptions of which all severities were measured.
func (b *Bench) spectra() map[string][]float64 {
	all := map[string][]float64{}
	for of := range b.corrupted {
		var values []float64
		for severity := range corruption.Severities {
			of.severity = severity + 1
			if s, ok := b.corrupted[of]; ok {
				values = append(values, s.Accuracy)
			}
		}
		if len(values) == corruption.Severities {
			all[of.corruption] = values
		}
	}
	return all
}

// corrupted opens the protocol's source of corrupted images.
func (p Protocol) corrupted(known corruption.Catalogue) (*corrupt.Source, error) {
	from := corrupt.Folders{Frost: p.Frost, Released: p.Corrupted, Dataset: p.Dataset}
	return corrupt.Open(known, from, corrupt.Room)
}

// from says where the images of corruptions come from, by name: once what is said of several.
func from(origins map[string]string) string {
	var all []string
	said := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(origins)) {
		origin := origins[name]
		if i, ok := said[origin]; ok {
			all[i] = origin
			continue
		}
		said[origin] = len(all)
		all = append(all, name+": "+origin)
	}
	return strings.Join(all, ", ")
}

// corruptions is the mean accuracy over several corruptions at all severities.
type corruptions []corrupted

func (q corruptions) Metrics(Protocol) []objective.Metric {
	return []objective.Metric{{
		Name: "corruption_acc", Setting: objective.Setting{MeanOf: len(q) * corruption.Severities},
	}}
}

func (corruptions) Needs() Needs { return NeedsTraining }

// In is the quantity as a lab has its images.
func (q corruptions) In(l *Lab) (Quantity, error) {
	var all corruptions
	for _, one := range q {
		in, err := one.In(l)
		if err != nil {
			return nil, err
		}
		all = append(all, in.(corrupted))
	}
	return all, nil
}

func (q corruptions) Passes(p Protocol, images int, _ []objective.Metric) (sum float64) {
	for _, one := range q {
		sum += one.Passes(p, images, one.Metrics(p))
	}
	return sum
}

func (q corruptions) Measure(ctx context.Context, b *Bench, _ []objective.Metric) ([]float64, error) {
	mean := 0.
	for _, one := range q {
		values, err := one.Measure(ctx, b, one.Metrics(b.Protocol))
		if err != nil {
			return nil, err
		}
		mean += values[0] / float64(len(q))
	}
	return []float64{mean}, nil
}

// Setup says which of the images depend on more than the program.
func (q corruptions) Setup(p Protocol) Setup {
	s := Setup{
		Kind: Corrupt, Name: "corruption", How: fmt.Sprintf("%d corruptions at severities 1 to 5", len(q)),
		Images: p.Sample,
	}
	origins := map[string]string{}
	for _, one := range q {
		if one.origin != "" {
			origins[one.Name()] = one.origin
		}
	}
	if len(origins) > 0 {
		s.How, s.Settings = s.How+", "+from(origins), origins
	}
	return s
}
