package table

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// family is a metric at all of its settings.
type family struct {
	name    string // "pgd_acc"; "pgd_class<k>_acc" stands for one metric an image class
	goal    objective.Direction
	columns []column
	label   int  // of the cells: whole, worst, or perLabel
	fixed   bool // the mean over all columns, whatever the settings
	compute func(space.Arch) int64
	missing *FileError // if the metric is known but not there
}

// perLabel marks a family whose metrics are one image class's each.
const perLabel = -3

// classMark stands for the number of an image class in a family's name.
const classMark = "<k>"

// column is a family at one setting.
type column struct {
	setting  objective.Setting
	file, at int
}

// wholeRange is no attack's setting: FGSM at it makes a constant image. It is left out of means.
var wholeRange = objective.At(255)

// IsShare says whether a metric's values are shares, from 0 to 1, by its name or column.
func IsShare(column string) bool {
	if i := strings.IndexAny(column, "@:"); i >= 0 {
		column = column[:i]
	}
	return strings.HasSuffix(column, "_acc") || strings.HasSuffix(column, "_conf")
}

// families makes families of the metrics of columns, in order.
func families(metrics []objective.Metric) []family {
	var fs []family
	for at, m := range metrics {
		f := find(fs, m.Name)
		if f == nil {
			fs = append(fs, family{name: m.Name, goal: m.Goal, label: whole})
			f = &fs[len(fs)-1]
		}
		f.columns = append(f.columns, column{setting: m.Setting, at: at})
	}
	return fs
}

// usualEps returns the preferred eps if any metric has it, else the smallest of all; 0 if there is none.
func usualEps(fs []family, preferred objective.Eps) objective.Eps {
	var eps []objective.Eps
	for i := range fs {
		for _, s := range fs[i].settings() {
			if s == objective.At(s.Eps) && s.Eps != 0 {
				eps = append(eps, s.Eps)
			}
		}
	}
	switch {
	case len(eps) == 0:
		return 0
	case slices.Contains(eps, preferred):
		return preferred
	}
	return slices.Min(eps)
}

// sizes returns the families that need no measurement. A table's own columns of these names come first.
func (t *Table) sizes() []family {
	sizer, ok := t.sp.(space.Sizer)
	if !ok {
		return nil
	}
	var fs []family
	for _, f := range []family{
		{name: "params", goal: objective.Minimize, compute: sizer.Params},
		{name: "flops", goal: objective.Minimize, compute: sizer.FLOPs},
	} {
		if t.family(f.name) == nil {
			fs = append(fs, f)
		}
	}
	return fs
}

// withMeans puts families that summarise others behind the attacks: mean_adv_acc over all values of the four
// attacks, FGSM at eps 255 left out, and corruption_acc over all corruptions and severities.
func withMeans(fs []family) []family {
	behind := 0
	for i, f := range fs {
		if f.name == "clean_acc" || objective.Usual().IsAttack(f.name) {
			behind = i + 1
		}
	}
	for _, m := range []struct {
		name string
		over []string
	}{
		{"mean_adv_acc", layout.Attacks},
		{"corruption_acc", objective.Corruptions},
	} {
		if find(fs, m.name) != nil {
			continue
		}
		if f, ok := meanOf(fs, m.over); ok {
			f.name, f.fixed = m.name, true
			fs = slices.Insert(fs, behind, f)
			behind++
		}
	}
	return fs
}

// meanOf returns the mean over the accuracies of all sources, or false if there is none of one of them. A file
// that one of them misses, the mean misses.
func meanOf(fs []family, sources []string) (family, bool) {
	mean := family{label: whole}
	for _, s := range sources {
		f := find(fs, s+"_acc")
		if f == nil {
			return family{}, false
		}
		if f.missing != nil && mean.missing == nil {
			mean.missing = f.missing
		}
		for _, c := range f.columns {
			if c.setting != wholeRange {
				mean.columns = append(mean.columns, c)
			}
		}
	}
	return mean, true
}

func find(fs []family, name string) *family {
	for i := range fs {
		if fs[i].name == name {
			return &fs[i]
		}
	}
	return nil
}

func (t *Table) family(name string) *family { return find(t.families, name) }

// classMetric splits "pgd_class3_acc".
var classMetric = regexp.MustCompile(`^(.+_class)(0|[1-9][0-9]{0,4})(_acc)$`)

// lookUp finds the family of a metric, and the image class if the metric is one class's.
func (t *Table) lookUp(name string) (f *family, label int) {
	if f := t.family(name); f != nil {
		return f, f.label
	}
	if m := classMetric.FindStringSubmatch(name); m != nil {
		if f := t.family(m[1] + classMark + m[3]); f != nil {
			label, _ = strconv.Atoi(m[2]) // at most five digits
			return f, label
		}
	}
	return nil, 0
}

// member is a family's metric, or its metric of one image class.
type member struct {
	name  string
	label int
}

// members lists one member, or one for each image class that the grids have.
func (f *family) members(grids []layout.Grid) []member {
	if f.label != perLabel {
		return []member{{f.name, f.label}}
	}
	labels := 0
	for _, c := range f.columns {
		if g := grids[c.file]; g.Values != nil {
			labels = max(labels, g.Labels)
		}
	}
	out := make([]member, labels)
	for k := range out {
		out[k] = member{strings.Replace(f.name, classMark, strconv.Itoa(k), 1), k}
	}
	return out
}

// settings lists those of a family's columns, each once.
func (f *family) settings() []objective.Setting {
	var all []objective.Setting
	for _, c := range f.columns {
		if !slices.Contains(all, c.setting) {
			all = append(all, c.setting)
		}
	}
	return all
}

// info describes the family, but for its own metric.
func (f *family) info() MetricInfo {
	m := MetricInfo{Metric: objective.Metric{Name: f.name, Goal: f.goal}}
	if f.missing != nil {
		m.Missing = f.missing.Of(f.name)
	}
	if !f.fixed {
		m.Settings = f.settings()
	}
	return m
}
