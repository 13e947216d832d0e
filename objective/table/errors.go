package table

import (
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
)

// What a table's files can be wrong about.
type (
	// FormatError says what is wrong with a file, and where in it.
	FormatError = layout.FormatError
	// FileError says that a file of the released dataset is not there, and where to get it.
	FileError = layout.FileError
	// DatasetError says that a path has no data of the wanted dataset.
	DatasetError = layout.DatasetError
)

// MetricError says that a table has no metric of a name.
type MetricError struct {
	Metric string
	Table  string
	Why    string   // there is none, where there could be; may be empty
	Near   string   // name that may have been meant; empty if none is near
	Has    []string // all names that would do
}

func (e *MetricError) Error() string {
	if e.Why != "" {
		return fmt.Sprintf("no metric %q in table %s: %s", e.Metric, e.Table, e.Why)
	}
	near := ""
	if e.Near != "" {
		near = "did you mean " + e.Near + "? "
	}
	return fmt.Sprintf("no metric %q in table %s: %sit has %s", e.Metric, e.Table, near, strings.Join(e.Has, " "))
}

// TwiceError says that a metric was selected twice, which two texts may be.
type TwiceError struct{ Metric objective.Metric }

func (e *TwiceError) Error() string {
	return fmt.Sprintf("metric %s is selected twice", e.Metric.Words())
}

// EpsError says that a table has no values at an eps, or that a text is none.
type EpsError struct {
	Metric string
	Eps    string // as asked for
	Table  string
	Reason string // why the text is no eps; empty if it is one
	Has    []objective.Setting
}

func (e *EpsError) Error() string {
	switch {
	case e.Reason != "" && len(e.Has) == 0:
		return e.Reason
	case e.Reason != "":
		return fmt.Sprintf("%s; table %s has %s at %s", e.Reason, e.Table, e.Metric, list(e.Has))
	case len(e.Has) == 0:
		return fmt.Sprintf("no %s at eps %s in table %s: it has it without an eps", e.Metric, e.Eps, e.Table)
	}
	return fmt.Sprintf("no %s at eps %s in table %s: it has %s", e.Metric, e.Eps, e.Table, list(e.Has))
}

// list returns "0.1 0.5 1 (/255) l2:0.5".
func list(settings []objective.Setting) string {
	var linf, other []string
	for _, s := range settings {
		if s == objective.At(s.Eps) {
			linf = append(linf, s.Eps.Number())
		} else {
			other = append(other, s.Key())
		}
	}
	if len(linf) > 0 {
		linf = append(linf, "(/255)")
	}
	return strings.Join(append(linf, other...), " ")
}

// SeverityError says that a table has no values at a severity, or that a text is none.
type SeverityError struct {
	Metric   string
	Severity string // as asked for
	Table    string
	Reason   string // why the text is no severity; empty if it is one
	Has      []int
}

func (e *SeverityError) Error() string {
	if e.Reason != "" {
		return e.Reason
	}
	if len(e.Has) == 0 {
		return fmt.Sprintf("no %s at severity %s in table %s: it has it without a severity", e.Metric, e.Severity, e.Table)
	}
	return fmt.Sprintf("no %s at severity %s in table %s: it has %s, or leave it out for their mean",
		e.Metric, e.Severity, e.Table, strings.Trim(fmt.Sprint(e.Has), "[]"))
}

// NothingError says that no class of a table has all of some metrics: every query of them would fail.
type NothingError struct {
	Table   string
	Metrics []objective.Metric
}

func (e *NothingError) Error() string {
	names := make([]string, len(e.Metrics))
	for i, m := range e.Metrics {
		names[i] = m.Words()
	}
	if len(names) == 1 {
		return fmt.Sprintf("table %s has no value of %s: every query would fail; 'nassearch objectives' lists what there is",
			e.Table, names[0])
	}
	return fmt.Sprintf("table %s has no class with all of %s: every query would fail; search for fewer at once",
		e.Table, strings.Join(names, ", "))
}
