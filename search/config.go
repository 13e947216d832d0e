package search

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// DefaultMaxDuplicates is how many duplicates in a row end a study: enough to find the last class of
// NAS-Bench-201 by chance.
const DefaultMaxDuplicates = 100_000

// Config says what a study is. Two studies with equal configurations have equal histories.
type Config struct {
	Space     space.Space
	Scope     Scope // that the space is of another, if it is
	Evaluator objective.Evaluator

	Registry Registry
	Strategy string
	Options  map[string]string // of the strategy; defaults for those that are absent
	Scores   []Score           // for a strategy that makes use of them

	Seed   uint64
	Budget int // queries; a study may be continued with another one
	// TimeBudget ends the study once the virtual clock has reached it, 0 for no limit. What is in flight then is
	// still awaited. A study may be continued with another one.
	TimeBudget time.Duration

	// Window is how many proposals are in flight at once, 1 if zero. Strategies see results later in a wider
	// window, so it is part of the configuration; the number of workers is not.
	Window int
	// CountDuplicates makes repeated proposals cost a query each, as most published comparisons do.
	CountDuplicates bool
	// MaxDuplicates in a row end the study, DefaultMaxDuplicates if zero.
	MaxDuplicates int

	// Store keeps the history beyond the study; nil keeps it in the result alone.
	Store Store
	// Observe, if set, sees every trial when it is told, those of a continued study again.
	Observe func(Trial)
}

func (c *Config) validate() error {
	switch {
	case c.Space == nil:
		return errors.New("study without a space")
	case c.Evaluator == nil:
		return errors.New("study without an evaluator")
	case len(c.Evaluator.Metrics()) == 0:
		return errors.New("study without a metric")
	case c.Budget < 1:
		return fmt.Errorf("budget of %d queries: want at least 1", c.Budget)
	case c.TimeBudget < 0:
		return fmt.Errorf("time budget of %v: want no negative time", c.TimeBudget)
	case c.Window < 0 || c.MaxDuplicates < 0:
		return fmt.Errorf("window %d, max duplicates %d: want no negative numbers", c.Window, c.MaxDuplicates)
	}
	if c.Window == 0 {
		c.Window = 1
	}
	if c.MaxDuplicates == 0 {
		c.MaxDuplicates = DefaultMaxDuplicates
	}
	if c.Store == nil {
		c.Store = nowhere{}
	}
	return nil
}

// Scope says which part of a whole space is searched. It is told, and kept; the space of the configuration is that
// part, see [space.Restrict].
type Scope struct {
	Where []string `json:"where,omitempty"` // what holds of all of it, such as "params<=500000"
	Known bool     `json:"known,omitzero"`  // the evaluator has a value of all of it
	// Classes is a fingerprint of those that are searched: words alone do not say what was known of them.
	Classes string `json:"where_classes,omitempty"`
}

// Words tell the scope; there are none for the whole space.
func (s Scope) Words() string {
	words := strings.Join(s.Where, ",")
	if s.Known {
		words = strings.TrimPrefix(words+",known", ",")
	}
	return words
}

// Description is a configuration in words: all that a history depends on. It heads the journal.
type Description struct {
	Space           string             `json:"space"`
	Objective       []objective.Metric `json:"objective"`
	Source          string             `json:"source"`
	SourceName      string             `json:"source_name,omitempty"` // in words; decides nothing
	Settings        map[string]string  `json:"settings,omitempty"`    // of the source
	Strategy        string             `json:"strategy"`
	Options         Options            `json:"options"`
	Files           map[string]string  `json:"files,omitempty"`  // that the strategy follows from: their digests
	Scores          map[string]string  `json:"scores,omitempty"` // from elsewhere: their sources, by name
	Seed            uint64             `json:"seed"`
	Window          int                `json:"window"`
	CountDuplicates bool               `json:"count_duplicates"`
	MaxDuplicates   int                `json:"max_duplicates"`
	Scope
	// Arguments say where the program that began it found what the history depends on, such as --data=table.csv: where
	// that is, not what it is. They decide nothing.
	Arguments []string `json:"arguments,omitempty"`
}

// Counts says whether a trial is a query, which uses budget.
func (d *Description) Counts(t Trial) bool { return !t.Duplicate() || d.CountDuplicates }
