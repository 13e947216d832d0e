// Package optuna writes a study as a journal of Optuna (https://optuna.org), which its tools open, such as
// optuna-dashboard.
package optuna

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// Parametric is a space whose architectures are choices, one a place.
type Parametric interface {
	Parameters() []space.Parameter
	// Choices returns the position of each parameter's choice in a valid architecture.
	Choices(space.Arch) []int
}

// Operations of the journal, states of trials, and directions, by Optuna's numbers
// (optuna/storages/journal/_storage.py, optuna/trial/_state.py, optuna/study/_study_direction.py of Optuna 4 and 5).
const (
	createStudy    = 0
	studyUserAttr  = 2
	studySystemKey = 3
	createTrial    = 4

	complete = 1
	pruned   = 2 // which is never the best
	failed   = 3

	minimize = 1
	maximize = 2
)

// line is one operation.
type line struct {
	Op     int    `json:"op_code"`
	Worker string `json:"worker_id"`

	Name       string `json:"study_name,omitempty"`
	Directions []int  `json:"directions,omitempty"`

	Study      *int           `json:"study_id,omitempty"`
	UserAttr   map[string]any `json:"user_attr,omitempty"`
	SystemAttr map[string]any `json:"system_attr,omitempty"`

	*trial
}

// trial is a finished trial as it is created.
type trial struct {
	State         int               `json:"state"`
	Value         *float64          `json:"value"`
	Values        []float64         `json:"values"`
	Start         string            `json:"datetime_start"`
	Complete      string            `json:"datetime_complete"`
	Distributions map[string]string `json:"distributions"`
	Params        map[string]int    `json:"params"` // positions among the choices
	UserAttrs     map[string]any    `json:"user_attrs"`
	SystemAttrs   struct{}          `json:"system_attrs"`
	Intermediate  map[int]float64   `json:"intermediate_values"` // by steps
}

// Write writes a study under a name. Its trials have the order of their numbers. The space's parameters become
// categorical distributions, if it has any. Every trial has the user attributes trial (its number; free duplicates have
// one too), query, fidelity, wall_seconds and the names of its architecture ([space.NameColumns]); duplicates have
// duplicate_of (the number of the trial that answered), and what failed has failure. Trials of a lower fidelity are
// pruned, with an intermediate value at thousandths of the full training, or the user attribute values where there are
// several objectives. Times are those of the virtual clock, which begins in the year 2000.
func Write(w io.Writer, name string, r search.Result, names space.Names) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	study := 0
	write := func(l line) error {
		l.Worker = "nassearch"
		if l.Op != createStudy {
			l.Study = &study
		}
		return e.Encode(l)
	}
	for _, l := range head(name, r.Study) {
		if err := write(l); err != nil {
			return err
		}
	}
	x, err := newExporter(r, names)
	if err != nil {
		return err
	}
	byID := func(a, b search.Trial) int { return cmp.Compare(a.ID, b.ID) }
	for _, t := range slices.SortedFunc(slices.Values(r.Trials), byID) {
		if err := write(line{Op: createTrial, trial: x.trial(t)}); err != nil {
			return err
		}
	}
	return out.Flush()
}

func head(name string, d search.Description) []line {
	var directions []int
	var names []string
	for _, m := range d.Objective {
		direction := maximize
		if m.Goal == objective.Minimize {
			direction = minimize
		}
		directions, names = append(directions, direction), append(names, plain.Text(m.Words()))
	}
	lines := []line{
		{Op: createStudy, Name: plain.Text(name), Directions: directions},
		{Op: studySystemKey, SystemAttr: map[string]any{"study:metric_names": names}},
	}
	attributes := []map[string]any{
		{"space": d.Space}, {"strategy": d.Strategy}, {"options": d.Options}, {"seed": strconv.FormatUint(d.Seed, 10)},
		{"window": d.Window}, {"count_duplicates": d.CountDuplicates}, {"source": d.Source},
	}
	if d.Settings != nil {
		attributes = append(attributes, map[string]any{"settings": d.Settings})
	}
	for _, a := range attributes {
		lines = append(lines, line{Op: studyUserAttr, UserAttr: a})
	}
	return lines
}

// exporter knows what all trials share.
type exporter struct {
	names         space.Names
	space         Parametric // nil if it has no parameters
	parameters    []space.Parameter
	distributions map[string]string
	query         map[int]int // by trial
}

func newExporter(r search.Result, names space.Names) (*exporter, error) {
	x := &exporter{names: names, query: map[int]int{}, distributions: map[string]string{}}
	for i, t := range r.Trials {
		x.query[t.ID] = i + 1
	}
	if x.space, _ = names.Space.(Parametric); x.space == nil {
		return x, nil
	}
	x.parameters = x.space.Parameters()
	for _, p := range x.parameters {
		var err error
		if x.distributions[p.Name], err = categorical(p); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// clock is where the virtual clock begins.
var clock = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// at writes a time without a zone, as both versions read it.
func at(d time.Duration) string { return clock.Add(d).Format("2006-01-02T15:04:05.000000") }

func (x *exporter) trial(t search.Trial) *trial {
	out := &trial{
		State: complete, Start: at(t.Start), Complete: at(t.End),
		Distributions: x.distributions, Params: map[string]int{}, Intermediate: map[int]float64{},
		UserAttrs: map[string]any{
			"trial": t.ID, "query": x.query[t.ID], "arch": t.Arch, "fidelity": t.Fidelity, "wall_seconds": t.Wall.Seconds(),
		},
	}
	names := x.names.Of(t.Arch)
	out.UserAttrs["class"] = names.Class
	if names.Index != nil {
		out.UserAttrs["index"] = *names.Index
	}
	if names.ID != nil {
		out.UserAttrs["id"] = *names.ID
	}
	if t.Duplicate() {
		out.UserAttrs["duplicate_of"] = t.Of
	}
	switch {
	case t.Failed():
		out.State, out.UserAttrs["failure"] = failed, plain.Text(t.Failure)
	case !t.Whole():
		out.prune(t)
	case len(t.Values) == 1:
		out.Value = &t.Values[0]
	default:
		out.Values = t.Values
	}
	if x.space != nil {
		for i, choice := range x.space.Choices(t.Arch) {
			out.Params[x.parameters[i].Name] = choice
		}
	}
	return out
}

// steps are those of the full training, by which Optuna tells when an intermediate value was measured.
const steps = 1000

// prune completes a trial of a lower fidelity: it is none that Optuna takes for the best.
func (out *trial) prune(t search.Trial) {
	out.State = pruned
	if len(t.Values) > 1 { // Optuna has intermediate values of one objective alone
		out.UserAttrs["values"] = t.Values
		return
	}
	out.Value = &t.Values[0]
	out.Intermediate[int(math.Round(steps*t.Fidelity))] = t.Values[0]
}

// categorical describes a distribution: JSON, which the journal has as text.
func categorical(p space.Parameter) (string, error) {
	text, err := json.Marshal(struct {
		Name       string              `json:"name"`
		Attributes map[string][]string `json:"attributes"`
	}{"CategoricalDistribution", map[string][]string{"choices": p.Choices}})
	return string(text), err
}
