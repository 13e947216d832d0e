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
	fixed   bool // the mean over all columns, whatever the settings
	compute func(space.Arch) int64
	missing *FileError // if the metric is known but not there
}

// classMark stands for the number of an image class in a family's name.
const classMark = "<k>"

// wholeRange is no attack's setting: FGSM at it makes a constant image. It is left out of means.
var wholeRange = objective.At(255)

// IsShare says whether a metric's values are shares, from 0 to 1, by its name or column.
func IsShare(column string) bool {
	if i := strings.IndexAny(column, "@:"); i >= 0 {
		column = column[:i]
	}
	return strings.HasSuffix(column, "_acc") || strings.HasSuffix(column, "_conf")
}

// families makes families of metrics that are columns of one file, in order.
func families(metrics []objective.Metric) (fs []family) {
	there, known := make(map[string]int, len(metrics)), objective.Usual()
	for at, m := range metrics {
		m = known.Own(m)
		i, ok := there[m.Name]
		if !ok {
			i = len(fs)
			there[m.Name], fs = i, append(fs, family{name: m.Name, goal: m.Goal})
		}
		fs[i].columns = append(fs[i].columns, column{m.Setting, 0, at, whole})
	}
	return fs
}

// merge adds a family; one that is there already gets the columns. What is there goes before what is missing.
func merge(fs []family, f family) []family {
	old := find(fs, f.name)
	switch {
	case old == nil:
		fs = append(fs, f)
	case old.missing != nil:
		*old = f
	case f.missing == nil:
		old.columns = append(old.columns, f.columns...)
	}
	return fs
}

func find(fs []family, name string) *family {
	if i := slices.IndexFunc(fs, func(f family) bool { return f.name == name }); i >= 0 {
		return &fs[i]
	}
	return nil
}

// usualEps returns the preferred eps if any metric has it, else the smallest of all; 0 if there is none.
func usualEps(fs []family, preferred objective.Eps) objective.Eps {
	var eps []objective.Eps
	for _, f := range fs {
		for _, c := range f.columns {
			if e := c.setting.Eps; e != 0 && c.setting == objective.At(e) {
				eps = append(eps, e)
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

// withSizes adds what needs no measurement. A table's own columns of these names come first.
func withSizes(fs []family, sp Space) []family {
	sizer, ok := sp.(space.Sizer)
	if !ok {
		return fs
	}
	for _, f := range []family{
		{name: "params", goal: objective.Minimize, compute: sizer.Params},
		{name: "flops", goal: objective.Minimize, compute: sizer.FLOPs},
	} {
		if find(fs, f.name) == nil {
			fs = append(fs, f)
		}
	}
	return fs
}

// withMeans puts families that summarise others behind the attacks: mean_adv_acc over all values of the four
// attacks, FGSM at eps 255 left out, and corruption_acc over all corruptions and severities.
func withMeans(fs []family) []family {
	behind, known := 0, objective.Usual()
	for i, f := range fs {
		if f.name == "clean_acc" || known.IsAttack(f.name) {
			behind = i + 1
		}
	}
	if f, ok := meanOf(fs, "corruption_acc", known.Corruptions.Names()); ok {
		fs = slices.Insert(fs, behind, f)
	}
	if f, ok := meanOf(fs, "mean_adv_acc", layout.Attacks); ok {
		fs = slices.Insert(fs, behind, f) // before the other
	}
	return fs
}

// meanOf returns the mean over the accuracies of all sources, or false if there is none of one of them, or a family of
// the name. A file that one of them misses, the mean misses.
func meanOf(fs []family, name string, sources []string) (family, bool) {
	mean := family{name: name, fixed: true}
	for _, s := range sources {
		f := find(fs, s+"_acc")
		if f == nil {
			return mean, false
		}
		if mean.missing == nil {
			mean.missing = f.missing
		}
		mean.columns = append(mean.columns, f.columns...)
	}
	mean.columns = slices.DeleteFunc(mean.columns, func(c column) bool { return c.setting == wholeRange })
	return mean, find(fs, name) == nil
}

// classMetric splits "pgd_class3_acc".
var classMetric = regexp.MustCompile(`^(.+_class)(0|[1-9][0-9]{0,4})(_acc)$`)

// each says whether the family stands for one of every image class.
func (f family) each() bool { return len(f.columns) > 0 && f.columns[0].label == perLabel }

// ofLabel returns the family of an image class.
func (f family) ofLabel(k int) family {
	f.name = strings.Replace(f.name, classMark, strconv.Itoa(k), 1)
	f.columns = slices.Clone(f.columns)
	for i := range f.columns {
		f.columns[i].label = k
	}
	return f
}

// picks lists the family at all of its settings, its mean over severities before single columns.
func (f family) picks() []pick {
	p := pick{objective.Metric{Name: f.name, Goal: f.goal}, f.columns, f.compute}
	if f.fixed {
		p.metric.Setting.MeanOf = len(f.columns)
	}
	if f.fixed || f.compute != nil {
		return []pick{p}
	}
	var all []pick
	p.columns = slices.DeleteFunc(slices.Clone(f.columns), func(c column) bool { return c.setting.Severity == 0 })
	if n := len(p.columns); n > 0 {
		p.metric.Setting = objective.MeanOverSeverities(n)
		all = append(all, p)
	}
	for i, c := range f.columns {
		p.metric.Setting, p.columns = c.setting, f.columns[i:i+1]
		all = append(all, p)
	}
	return all
}

// info describes the family, but for its own metric.
func (f family) info() MetricInfo {
	m := MetricInfo{Metric: objective.Metric{Name: f.name, Goal: f.goal}, Computed: f.compute != nil}
	if f.missing != nil {
		m.Missing = f.missing.Of(f.name)
	}
	there := map[objective.Setting]bool{}
	for _, c := range f.columns {
		if !f.fixed && !there[c.setting] {
			there[c.setting] = true
			m.Settings = append(m.Settings, c.setting)
		}
	}
	return m
}
