package table

import (
	"context"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// openReleased reads what has the layout of the robustness dataset, tables of our own among it.
func openReleased(path string, o Options) (*Content, error) {
	if o.Rows == Each {
		return nil, fmt.Errorf("open table: %s: rows %q: its layout has one value a class", path, Each)
	}
	d, err := layout.Open(path, o.Space, o.Dataset, o.Meta)
	if err != nil {
		return nil, err
	}
	return Released(d), nil
}

// Released is the content of a dataset in the released layout: the metrics whose files are there, and those that the
// released dataset has besides. Files are read when they are wanted.
func Released(d *layout.Dataset) *Content {
	c := &Content{Info: releasedInfo(d.Name), ids: d.Meta}
	if d.Protocol != nil { // whose ids are its own
		network := d.Protocol.Network
		c = &Content{Info: protocolInfo(d.Protocol, d.Name), protocol: d.Content, network: &network}
		c.epochs, c.lower = d.Protocol.Epochs, lowerOf(d)
		full := func(s layout.Source) bool { return len(s.At) > 0 && d.Has(s, layout.Confidence) }
		c.Info.Compact = d.Protocol.Compact || !slices.ContainsFunc(d.Sources, full) // once, compact tables did not say so
	}
	for _, m := range layout.Measures {
		for _, s := range d.Sources {
			at := len(c.files)
			if d.Has(s, m) {
				c.files = append(c.files, func(ctx context.Context, class int) (layout.Grid, error) {
					return d.Read(ctx, s, m, class)
				})
			} else if d.Protocol != nil || m == layout.Loss || m == layout.Score {
				continue // it was never meant to be there
			}
			for i, score := range s.Scores {
				f := family{name: score.Name, goal: score.Goal, columns: []column{{score.Setting, at, i, whole}}}
				c.families = merge(c.families, f)
			}
			for _, k := range measured[m] {
				f := family{name: s.Name + k.ending, columns: columnsOf(s, at, k.label)}
				f.goal = objective.UsualGoal(f.name)
				if at == len(c.files) {
					f.missing = d.Missing(s, m)
				}
				c.families = merge(c.families, f)
			}
		}
		if m == layout.Accuracy {
			c.families = withMeans(c.families)
		}
	}
	for _, name := range d.LeftOver() {
		const why = " left out: of no attack in meta.json, and no corruption of the released dataset"
		c.Info.Notes = append(c.Info.Notes, name+why)
	}
	return c
}

func releasedInfo(dataset string) Info {
	const split = "test set, no validation split"
	return Info{
		Name:        dataset,
		Dataset:     dataset,
		Format:      "robustness dataset",
		Description: "robustness dataset · " + dataset + " · " + split,
		Split:       split,
		Training: "NAS-Bench-201: 200 epochs on clean images, SGD with Nesterov momentum 0.9, weight decay 5e-4, " +
			"cosine learning rate from 0.1, batch 256, flip and crop",
		Attacks:    "L-infinity: FGSM; PGD, 40 steps of eps/30; APGD-CE and Square of AutoAttack",
		DefaultEps: 1,
	}
}

// protocolInfo is what a table of our own says of itself.
func protocolInfo(p *layout.Protocol, dataset string) Info {
	i := Info{
		Name: p.Name, Dataset: dataset, Format: "robustness dataset", Description: p.Description, Split: p.Split,
		Training: p.Training, Attacks: p.Attacks, Corruptions: p.Corruptions, DefaultEps: p.DefaultEps, Notes: p.Notes,
		Labels: p.Network.Classes, Seeds: Seeds{p.Seeds, p.Seeds},
	}
	if dataset != p.Datasets[0] {
		i.Description += " · " + dataset
		i.Seeds = Seeds{1, 1}
	}
	i.Digests = "none: the table was made before it had any"
	if len(p.Files) > 0 {
		i.Digests = "SHA-256 of every file, compared when it is read"
	}
	return i
}

// measured are the metrics of a measure: how their names end, and what they take of the rows.
var measured = map[layout.Measure][]struct {
	ending string
	label  int
}{
	layout.Accuracy:   {{"_acc", whole}},
	layout.Confidence: {{"_conf", whole}},
	layout.Confusion:  {{"_worst_class_acc", worst}, {"_class" + classMark + "_acc", perLabel}},
	layout.Loss:       {{"_loss", whole}},
}

// columnsOf lists the columns of a source's file.
func columnsOf(s layout.Source, file, label int) []column {
	if s.At == nil {
		return []column{{file: file, label: label}}
	}
	columns := make([]column, len(s.At))
	for i, setting := range s.At {
		columns[i] = column{setting, file, i, label}
	}
	return columns
}
