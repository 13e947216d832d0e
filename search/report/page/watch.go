package page

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// Watched is something that grows, as it is at a moment: a study, a comparison, or a census that is told as a study.
type Watched struct {
	At      int // the number by which its parts are called
	Path    string
	Kind    string // study, comparison or census
	State   string
	Problem string  // why it cannot be read, or not whole; empty if nothing is wrong
	Said    string  // how far it is: "57 of 300 queries"
	Share   float64 // the same, of all; negative if nobody knows
	Left    string  // how long the rest takes; empty if nobody knows
	Best    string  // so far, in a line
	Failed  int
	Brief   bool   // what it has found is not shown
	Queue   *Queue // of those who measure for it; nil if nobody else does

	Underway *sheet.Sheet // runs of a comparison that are not finished; nil if none is

	Summary *report.Summary   // of a study or a census; nil before it has a header
	Compare *compare.Recorded // of a comparison; nil of another
}

// Queue is a queue of those who measure for something that is watched. None of its texts says who comes there.
type Queue struct {
	Address string
	Problem string // why nobody knows how it stands; empty if that is known
	Kinds   []Kind // of workers
}

// Kind is how it stands with workers of a kind.
type Kind struct {
	Name, Measures string
	Jobs, Workers  string // how many, in words
	Each           *sheet.Sheet
}

// Part is a piece of a page that is watched, which changes as a whole.
type Part struct {
	ID   string
	HTML string
}

// How much a watched page shows.
const (
	latestCards  = 6
	latestTrials = 100
	latestRuns   = 30
	mostDots     = 1500
)

// watchedView is a watched page for its template.
type watchedView struct {
	Title, Program, Same string
	Parts                map[string]template.HTML
	Each                 []Watched
}

// Watch writes a page of things that are watched, with the parts that it begins with. Its script, which is to be had
// beside it as watch.js, puts parts in their places as they come as events, and loads the page again when what is the
// same for all of them is another.
func Watch(w io.Writer, all []Watched, parts []Part, same, program string) error {
	v := watchedView{Title: "watching " + title(all), Program: program, Same: same, Each: all}
	v.Parts = map[string]template.HTML{}
	for _, p := range parts {
		v.Parts[p.ID] = template.HTML(p.HTML) // which a template made
	}
	return write(w, "watch.html", v)
}

// WatchScript is the script of a watched page.
func WatchScript() ([]byte, error) {
	tip, err := static.ReadFile("static/tip.js")
	if err != nil {
		return nil, err
	}
	parts, err := static.ReadFile("static/watch.js")
	return slices.Concat(tip, parts), err
}

func title(all []Watched) string {
	if len(all) == 1 {
		return filepath.Base(all[0].Path)
	}
	return numeral.Thousands(len(all)) + " studies"
}

// Overview is the part that lists all that is watched.
func Overview(all []Watched) (Part, error) { return part("overview", "watch-overview", all) }

// Together is the part that has the curves of those studies beside each other that search for the same.
func Together(ctx context.Context, all []Watched) (Part, error) {
	charts, err := together(ctx, all)
	if err != nil {
		return Part{}, err
	}
	return part("together", "watch-together", charts)
}

// Now are the parts that tell how it stands with something: how far it is, who measures for it, and which runs are
// under way.
func Now(w Watched) ([]Part, error) {
	head, err := part(w.named("head"), "watch-head", w)
	if err != nil {
		return nil, err
	}
	queue, err := part(w.named("queue"), "watch-queue", w.Queue)
	if err != nil {
		return nil, err
	}
	underway, err := part(w.named("underway"), "watch-underway", w.Underway)
	return []Part{head, queue, underway}, err
}

// named is the name of a part of a kind.
func (w Watched) named(kind string) string { return fmt.Sprintf("%s-%d", kind, w.At) }

// Body are the parts that tell what something has found so far, those that have nothing to tell among them.
func Body(ctx context.Context, w Watched) (parts []Part, err error) {
	found := map[string]any{}
	switch {
	case w.Brief:
	case w.Compare != nil:
		found["comparison"] = compared(*w.Compare, w.At)
	case w.Summary != nil:
		v := recent(*w.Summary, w.At)
		found["found"], found["curve"], found["trials"] = v, v, v
		found["failures"], found["latest"] = v.Failures, latest(*w.Summary)
		if w.Kind == "study" {
			if found["volumes"], err = volumes(ctx, fmt.Sprintf("volumes-%d", w.At), *w.Summary); err != nil {
				return nil, err
			}
		}
	}
	for _, kind := range []string{"found", "comparison", "curve", "volumes", "failures", "latest", "trials"} {
		p := Part{ID: w.named(kind)}
		if of, ok := found[kind]; ok {
			if p, err = part(p.ID, "watch-"+kind, of); err != nil {
				return nil, err
			}
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// recent is what a study has found, with its last trials, the last first.
func recent(s report.Summary, at int) studyView {
	v := studyView{id: fmt.Sprintf("study-%d", at), most: mostDots, Trials: trials(s.Result)}
	v.find(s)
	slices.Reverse(v.Trials.Rows)
	if more := len(v.Trials.Rows) - latestTrials; more > 0 {
		v.Trials.Rows = v.Trials.Rows[:latestTrials]
		v.Short = fmt.Sprintf("The last %d; there are %s more before them.", latestTrials, numeral.Thousands(more))
	}
	return v
}

// part fills in a template.
func part(id, name string, of any) (Part, error) {
	var text bytes.Buffer
	err := write(&text, name, of)
	return Part{id, text.String()}, err
}

// latest are the last trials, drawn, the last first.
func latest(s report.Summary) (cards []card) {
	metrics, n := s.Result.Study.Objective, len(s.Result.Trials)
	for i := n - 1; i >= max(0, n-latestCards); i-- {
		t := s.Result.Trials[i]
		c := card{Arch: string(t.Arch), Picture: picture(s.Context.Space, t.Arch), Title: "trial " + strconv.Itoa(t.ID)}
		switch {
		case t.Failed():
			c.Lines = append(c.Lines, "failed: "+t.Failure)
		default:
			c.Title += " · " + cardTitle(metrics, t.Values)
		}
		if t.Duplicate() {
			c.Lines = append(c.Lines, "as trial "+strconv.Itoa(t.Of))
		}
		if !t.Whole() {
			c.Lines = append(c.Lines, fmt.Sprintf("trained for %.4g of the full training", t.Fidelity))
		}
		cards = append(cards, c)
	}
	return cards
}

// watchedLead tells what is searched for, and how.
func watchedLead(s *report.Summary) string {
	d := s.Result.Study
	var metrics []string
	for _, m := range d.Objective {
		metrics = append(metrics, m.Words())
	}
	text := strings.Join(metrics, " and ")
	if d.Source == "" { // of no search
		return text
	}
	text += " · " + d.Options.After(d.Strategy) + " · seed " + strconv.FormatUint(d.Seed, 10)
	if words := d.Scope.Words(); words != "" {
		text += " · where " + words
	}
	return text
}
