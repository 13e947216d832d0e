package census

import (
	"math"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
)

// column is a file of a data set: what is picked of a record; nil where the record has nothing.
type column struct {
	layout.Source
	measure  layout.Measure
	decimals int  // of scores: significant digits
	short    bool // of a shorter training
	pick     func(Record) []float64
}

// decimals of confidences and losses in a table, and of losses under attack in a compact one.
const (
	decimals    = 3
	fewDecimals = 2
)

// fewFigures are the significant digits of measures in a compact table; others have those of the log.
const fewFigures = 4

// text writes a number as the column's file has it.
func (c column) text(v float64) string {
	if c.measure == layout.Score {
		return layout.Figures(v, c.decimals)
	}
	return layout.Number(v, c.decimals)
}

// shareDecimals tells shares of so many images apart; at least 4.
func shareDecimals(images int) int { return max(4, int(math.Ceil(math.Log10(float64(images))))) }

// kinds are what there is of images, in the order of a record's rows.
var kinds = []layout.Measure{layout.Accuracy, layout.Confidence, layout.Loss}

// dataset is a folder of the table.
type dataset struct {
	name    string
	share   float64  // of the training
	seeds   []uint64 // that its values are means over
	columns []column
}

// datasets lists the folders: that of the means over all seeds, those of each seed, each before its shorter trainings.
func (t *Table) datasets() (all []dataset) {
	for i, name := range t.names() {
		seeds, single := t.Seeds, i > 0
		if single {
			seeds = t.Seeds[i-1 : i]
		}
		all = append(all, dataset{name, 1, seeds, t.columns(single)})
		for k, f := range t.shorter {
			all = append(all, dataset{name + f.Folder, f.Share, seeds, t.shorterColumns(single, k)})
		}
	}
	return all
}

// columns lists the files of a data set, by measure; a single seed's has accuracies only, and measures if it is not
// compact.
func (t *Table) columns(single bool) (all []column) {
	add := func(s layout.Source, m layout.Measure, images int, pick func(Record) []float64) {
		all = t.add(all, single, images, column{Source: s, measure: m, pick: pick})
	}
	for i, measure := range kinds {
		clean := layout.Source{Key: "clean", Name: "clean"}
		add(clean, measure, t.Images.Tests, func(r Record) []float64 { return r.Clean[i : i+1] })
		for k, a := range t.Protocol.Attacks {
			add(t.under[k], measure, t.images(a.Images), func(r Record) []float64 { return r.Under[k].column(i) })
		}
		for k, c := range t.Protocol.Corruptions {
			add(corruptionSource(c), measure, t.images(c.Images), func(r Record) []float64 { return r.Corrupted[k].column(i) })
		}
	}
	for i, measure := range []layout.Measure{layout.Accuracy, layout.Loss} {
		train := layout.Source{Key: "train", Name: "train"}
		add(train, measure, t.Images.Trains, func(r Record) []float64 { return r.Train[i : i+1] })
	}
	if len(t.held) > 0 {
		add(layout.ScoreSource(t.measures()), layout.Score, 0, Record.scores)
	}
	return all
}

// shorterColumns lists the files of a data set at a fidelity.
func (t *Table) shorterColumns(single bool, k int) (all []column) {
	for i, measure := range kinds {
		clean := column{Source: layout.Source{Key: "clean", Name: "clean"}, measure: measure, short: true}
		clean.pick = func(r Record) []float64 {
			if r.Shorter[k].Failed != "" {
				return nil
			}
			return r.Shorter[k].Clean[i : i+1]
		}
		all = t.add(all, single, t.Images.Tests, clean)
		for j, s := range t.shorter[k].attacks {
			under := column{Source: s, measure: measure, short: true}
			under.pick = func(r Record) []float64 {
				if r.Shorter[k].Failed != "" {
					return nil
				}
				return r.Shorter[k].Under[j].column(i)
			}
			all = t.add(all, single, t.images(t.shorter[k].protocol.Attacks[j].Images), under)
		}
	}
	return all
}

// add adds a column, measured on so many images, as precise as the table has it, if it has it.
func (t *Table) add(all []column, single bool, images int, c column) []column {
	switch {
	case single && !t.perSeed(c), t.Compact && !c.compact():
		return all
	case c.measure == layout.Score && t.Compact:
		c.decimals = fewFigures
	case c.measure == layout.Score:
		c.decimals = figures
	case c.measure == layout.Accuracy && !(single && t.Compact):
		c.decimals = shareDecimals(images * len(t.Seeds))
	case c.measure == layout.Loss && t.Compact && c.At != nil:
		c.decimals = fewDecimals
	default:
		c.decimals = decimals
	}
	return append(all, c)
}

// compact says whether a compact table has the column: there are no confidences under attack, and under corruptions and
// of shorter trainings accuracies alone.
func (c column) compact() bool {
	switch {
	case c.measure == layout.Accuracy || c.measure == layout.Score:
		return true
	case c.short || c.IsCorruption():
		return false
	}
	return c.measure == layout.Loss || c.At == nil
}

// perSeed says whether there is a column of each seed: accuracies, and scores in a table that is not compact. That has
// none under corruptions, and none of shorter trainings.
func (t *Table) perSeed(c column) bool {
	if t.Compact {
		return c.measure == layout.Accuracy && !c.IsCorruption() && !c.short
	}
	return c.measure == layout.Accuracy || c.measure == layout.Score
}

// fidelity is a shorter training of the table.
type fidelity struct {
	layout.Fidelity
	protocol live.Protocol // with its attacks
	attacks  []layout.Source
}

// find looks up what the protocol names.
func (t *Table) find(known objective.Catalogue) (err error) {
	if t.under, err = sources(t.Protocol, known); err != nil {
		return err
	}
	if t.held, err = t.Protocol.Held(known.Measures); err != nil {
		return err
	}
	for _, f := range t.Protocol.Fidelities {
		var short fidelity
		if short.protocol, err = t.Protocol.At(f); err != nil {
			return err
		}
		if short.attacks, err = sources(short.protocol, known); err != nil {
			return err
		}
		short.Fidelity = layout.Fidelity{
			Share: f.Share.Value(), Epochs: f.Share.Part * t.Protocol.Training.Epochs / f.Share.Of,
			Folder:   "@" + strings.Replace(f.Share.String(), "/", "of", 1),
			Epsilons: map[string][]objective.Eps{},
		}
		for i, a := range short.protocol.Attacks {
			short.Epsilons[short.attacks[i].Key] = a.Eps
		}
		t.shorter = append(t.shorter, short)
	}
	return nil
}

// corruptionSource returns a corruption as the released layout has it.
func corruptionSource(c live.Corruption) layout.Source {
	return layout.Source{Key: c.Name, Name: c.Name, At: objective.Severities(corruption.Severities)}
}

// sources lists a protocol's attacks as the released layout has them.
func sources(p live.Protocol, known objective.Catalogue) (all []layout.Source, err error) {
	for _, a := range p.Attacks {
		m, err := a.Method(known.Attacks)
		if err != nil {
			return nil, err
		}
		all = append(all, layout.Source{Key: m.Released(robustness.Linf), Name: m.Metric, At: a.At()})
	}
	return all, nil
}
