package attack

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// corruptions are which corrupted images are asked for, and where they come from.
type corruptions struct {
	chosen protocol.Corruptions
	from   corrupt.Folders

	all        []corruption.Corruption
	severities []int
}

// register adds the flags.
func (c *corruptions) register(p *plan) {
	c.chosen.Register(p.flags, p.Known.Corruptions, "", "measure accuracy under corruptions too")
	protocol.DeclareFolders(p.flags, &c.from.Frost, &c.from.Released)
}

// check reads the flags.
func (c *corruptions) check(p *plan) (err error) {
	if c.all, c.severities, err = c.chosen.Chosen(p.Known.Corruptions); err != nil || len(c.all) > 0 {
		return errors.Join(err, protocol.CheckFolders(c.from))
	}
	return protocol.Unused(p.Given, "severities", "frost", "corrupted")
}

// count is how many times all images are classified.
func (c *corruptions) count() int { return len(c.all) * len(c.severities) }

// corrupted is a corruption at a severity.
type corrupted struct {
	Name       string  `json:"name"`
	Severity   int     `json:"severity"`
	Acc        float64 `json:"acc"`
	Loss       float64 `json:"loss"`
	Confidence float64 `json:"confidence"`
	Forward    int     `json:"forward"`
	Origin     string  `json:"origin,omitempty"` // what the images depend on besides the program
}

// open finds out where the images come from, and whether they can be had.
func (c *corruptions) open(p *plan, s *subject) (err error) {
	if len(c.all) == 0 {
		return nil
	}
	c.from.Dataset = s.data
	if s.under, err = corrupt.Open(p.Known.Corruptions, c.from, 0); err != nil {
		return err
	}
	all := slices.Clone(c.all)
	for i, one := range all {
		if all[i], err = s.under.Named(one.Name()); err != nil {
			return err
		}
	}
	c.all = all
	return s.under.Has(s.set, s.sample.Images)
}

// measure classifies the first images of the subject under each corruption at each severity.
func (c *corruptions) measure(
	ctx context.Context, s *subject, models []robustness.Model, bar *progress.Bar,
) (all []corrupted, err error) {
	if c.count() > 0 {
		bar.Start("corruption", 0, c.count())
	}
	for _, one := range c.all {
		origin, err := s.under.Origin(ctx, one)
		if err != nil {
			return nil, err
		}
		for _, severity := range c.severities {
			set, err := s.under.Under(ctx, s.set, one, severity, s.sample.Images)
			if err != nil {
				return nil, err
			}
			e := robustness.Evaluation{Batch: kernel.Lanes}
			r, err := e.Run(ctx, models, trainer.Images(set, 0, set.Len()), set.Labels)
			if err != nil {
				return nil, fmt.Errorf("corruption %s, severity %d: %w", one.Name(), severity, err)
			}
			all = append(all, corrupted{
				one.Name(), severity, r.CleanAccuracy, r.CleanMeans.Loss, r.CleanMeans.Confidence,
				r.Passes.Forward, origin,
			})
			bar.Set(len(all), "%s", one.Name())
		}
	}
	return all, nil
}

// rows lists all numbers: those of the sheet, and what was measured under corruptions, whose severity and origin are
// columns then.
func (o outcome) rows() *sheet.Sheet {
	s := o.sheet()
	if len(o.Corruptions) == 0 {
		return s
	}
	s.AddColumn("severity")
	s.AddColumn("origin")
	for _, c := range o.Corruptions {
		s.Add(sheet.Text(c.Name), sheet.Cell{}, share(c.Acc), share(c.Loss), share(c.Confidence), passes(c.Forward),
			passes(0), sheet.Cell{}, sheet.Int(c.Severity), sheet.Text(c.Origin))
	}
	return s
}

// spectrum is accuracies under corruptions by severity.
type spectrum struct {
	names      []string
	severities []int
	acc        [][]float64
}

func newSpectrum(all []corrupted) (s spectrum) {
	for _, c := range all {
		if n := len(s.names); n == 0 || s.names[n-1] != c.Name {
			s.names, s.acc = append(s.names, c.Name), append(s.acc, nil)
		}
		at := len(s.names) - 1
		if at == 0 {
			s.severities = append(s.severities, c.Severity)
		}
		s.acc[at] = append(s.acc[at], c.Acc)
	}
	return s
}

// sheet has a row a corruption, with its mean, and their means last.
func (s spectrum) sheet() *sheet.Sheet {
	out := sheet.New("corruption")
	for _, severity := range s.severities {
		out.AddColumn(fmt.Sprintf("severity %d", severity))
	}
	out.AddColumn("mean")
	row := func(name string, acc []float64) {
		cells := []sheet.Cell{sheet.Text(name)}
		for _, v := range append(acc, stats.Mean(acc)) {
			cells = append(cells, share(v))
		}
		out.Add(cells...)
	}
	means := make([]float64, len(s.severities))
	for i, name := range s.names {
		row(name, s.acc[i])
		for k, v := range s.acc[i] {
			means[k] += v / float64(len(s.names))
		}
	}
	if len(s.names) > 1 {
		row("mean", means)
	}
	return out
}

// mean is corruption_acc: the mean over the corruptions of CIFAR-10-C and all severities; nil if not all are there.
func mean(all []corrupted) *float64 {
	spectra := map[string][]float64{}
	for _, c := range all {
		spectra[c.Name] = append(spectra[c.Name], c.Acc)
	}
	if acc, ok := corruption.Mean(spectra); ok {
		return &acc
	}
	return nil
}
