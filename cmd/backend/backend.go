// Package backend is what the program asks of who measures architectures: a table, training, or something of a user's
// own program, which names it in the extensions that it runs the command line with.
package backend

import (
	"context"
	"io"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// Backend is a value of --backend.
type Backend struct {
	Name  string
	About string // follows the name in the usage of --backend
	Note  string // what to know of the flags, behind their heading in the help
	// Elsewhere says that others measure, of whom the backend asks: it has nothing to offer itself.
	Elsewhere bool

	// New declares the flags that have a meaning with this backend alone, and returns what reads them: flags have their
	// values when its methods are called.
	New func(*pflag.FlagSet) Measurer
	// Describing are those of the flags, by name, that Describe reads.
	Describing []string
	// Apart are those that no history depends on, such as how many goroutines measure, or who may ask a server. They
	// stand in no journal, and in no command line that makes a search again.
	Apart []string
}

// Registry holds the backends of a program; the first is asked where no other is named.
type Registry []Backend

// Names lists them.
func (r Registry) Names() []string { return usage.Names(r, func(b Backend) string { return b.Name }) }

// Measurer is a backend with its flags.
type Measurer interface {
	// Open returns what a search asks.
	Open(context.Context, Ask) (*Problem, error)
	// Describe lists what can be asked for.
	Describe(context.Context, Ask) (Listing, error)
}

// Ask is what a command wants of a backend: the flags that all have.
type Ask struct {
	Objective []string // names of metrics, as --objective has them; none where all are described
	Eps       string   // of attacks, for metrics that do not say their own; empty: the backend's
	Dataset   string   // empty: the backend's

	Known bool // what nobody has a value of will not be asked

	Given func(flag string) bool // on the command line itself, not in a configuration that serves all commands
	Log   *zap.Logger

	// Continues returns what is to be continued; nil if that is nothing.
	Continues func() []Begun
	// Trials is the folder for what trials leave behind, such as logs; empty if nothing is kept.
	Trials string
}

// Begun is what has been measured already: which metrics, by the fingerprint of an evaluator and its settings, which
// are nil where an earlier version kept none.
type Begun struct {
	Objective []objective.Metric
	Source    string
	Settings  map[string]string
}

// Problem is what a search asks, and whom.
type Problem struct {
	Space     space.Space
	Evaluator objective.Evaluator

	About   string // what the values are, in one line; empty if there is no more to say than what the evaluator is asked
	Dataset string // whose images they are of; empty if of none

	// Also returns what is known of more metrics than are asked for, of all classes; nil if nothing is.
	Also func(context.Context) (objective.Landscape, error)

	// Before returns a metric, as [objective.ParseMetric] reads it, of all classes of the space before anything is
	// measured; nil if nothing is known but the sizes of networks that the space tells.
	Before func(ctx context.Context, metric string) (objective.Landscape, error)

	// What --where and --known make of it: Space is then the part that is searched, Searched the number of its classes,
	// Known what is known of them.
	Scope    search.Scope
	Searched int
	Known    objective.Landscape

	Window, Workers int  // unless --window and --workers say otherwise; 0: one proposal in flight, one worker a core
	Slow            bool // a query takes long enough to be waited for
	Elsewhere       bool // measuring takes nothing of this machine: all that is in flight is measured at once

	// Queue is where workers measure; nowhere if none do.
	Queue Queue

	// ID is the number under which others released an architecture; nil if nobody knows any.
	ID func(space.Arch) (int, bool)
	// Report is what a summary tells of the circumstances; nil if there is no more to tell than the evaluator says.
	Report func(context.Context, search.Result) (report.Context, error)
	// Test measures the answer on images that the search has not seen; nil if that is not wanted.
	Test objective.Tester
	// Status says in a few words what is under way, for a progress bar, from any goroutine; nil if nothing is known.
	Status func() string
}

// Queue is a queue, and the kind of workers that is asked there.
type Queue struct{ Address, Source string }

// Close ends what the evaluator keeps, if it is an [io.Closer].
func (p *Problem) Close() error {
	if c, ok := p.Evaluator.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Landscape is what is known of all classes that are searched; false if nothing is.
func (p *Problem) Landscape() (objective.Landscape, bool) {
	if p.Known != nil {
		return p.Known, true
	}
	l, ok := p.Evaluator.(objective.Landscape)
	return l, ok
}

// Listing is what a backend can be asked for.
type Listing struct {
	About   string // what the values are, in one line; empty if the flags say it
	At      string // heading of [Metric.At]; empty if none has settings
	Partial bool   // it may lack some of them
	Metrics []Metric
}

// Metric is what can be asked for.
type Metric struct {
	objective.Metric
	Meaning  string
	Settings []objective.Setting // that there are
	At       string              // the same in words
	How      string              // it is measured
	Missing  string              // what would have to be there for it
}

// Usage marks an error as a mistake in the command line or the configuration, which ends the program with exit code 2.
func Usage(err error) error { return usage.Mark(err) }
