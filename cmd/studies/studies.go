// Package studies has the command that lists what is kept in folders.
package studies

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/pool"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/spf13/cobra"
)

// options are the flags.
type options struct {
	sort                             string
	reverse                          bool
	states, kinds, metrics, strategy []string
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var o options
	states := usage.Names(kept.States(), func(s kept.State) string { return string(s) })
	kinds := usage.Names(kept.Kinds(), func(k kept.Kind) string { return string(k) })
	cmd := &cobra.Command{
		Use:   "studies [DIR...]",
		Short: "List the studies in folders, with what they have found so far",
		Long: `studies lists the studies, comparisons and censuses in folders and the folders in these, without
arguments in this folder: what is searched for, the best so far, how far it is, and whether a process is writing it.
A file that is damaged, empty or cannot be read has a row that says so.

The states: ` + strings.Join(states, ", ") + `. What is stopped ended before it had reached what it was to reach, and is
continued by the same command. How far it was to go is known of what this version or a later one ran last.`,
		Example: `  nassearch studies runs
  nassearch studies runs --state running,stopped --sort progress
  nassearch studies runs --objective pgd_acc --sort best -o csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if slices.Contains(args, "") {
				return usage.Mark(errors.New("an argument is empty: 'nassearch studies' wants folders"))
			}
			if err := o.check(states, kinds); err != nil {
				return err
			}
			if len(args) == 0 {
				args = []string{"."}
			}
			rows, err := list(cmd.Context(), args)
			if err != nil {
				return err
			}
			rows = slices.DeleteFunc(rows, func(r row) bool { return !o.wants(r) })
			o.order(rows)
			return show(p.Out, rows)
		},
	}
	f := cmd.Flags()
	usage.Choice(cmd, &o.sort, "sort", usage.Names(orders(), func(by order) string { return by.name }),
		"what comes first: "+strings.Join(usage.Names(orders(), func(by order) string { return by.name }), ", "))
	f.BoolVar(&o.reverse, "reverse", false, "the other way round")
	f.StringSliceVar(&o.states, "state", nil, "only those in these states, with commas")
	f.StringSliceVar(&o.kinds, "kind", nil, "only "+strings.Join(kinds, ", "))
	f.StringSliceVar(&o.metrics, "objective", nil, "only those that search for one of these metrics, such as pgd_acc")
	f.StringSliceVar(&o.strategy, "strategy", nil, "only those by one of these strategies")
	usage.Complete(cmd, "state", states...)
	usage.Complete(cmd, "kind", kinds...)
	p.Tables.Leave(cmd)
	return cmd
}

// check returns a mistake in the flags.
func (o *options) check(states, kinds []string) error {
	err := usage.OneOf("sort", o.sort, usage.Names(orders(), func(by order) string { return by.name }), ", ")
	for _, s := range o.states {
		err = cmp.Or(err, usage.OneOf("state", s, states, ", "))
	}
	for _, k := range o.kinds {
		err = cmp.Or(err, usage.OneOf("kind", k, kinds, ", "))
	}
	return err
}

// list reads all that is kept in folders, several at a time.
func list(ctx context.Context, dirs []string) ([]row, error) {
	var found []place
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			found = append(found, place{path: dir})
			continue
		}
		found = within(ctx, found, dir)
	}
	for i := range found {
		found[i].at = i
	}
	rows := make([]row, len(found))
	err := pool.Each(ctx, found, runtime.GOMAXPROCS(0), read, func(r row) error {
		rows[r.at] = r
		return nil
	})
	if err != nil && ctx.Err() != nil {
		err = env.ErrInterrupted
	}
	return rows, err
}

// read reads what is kept at a place.
func read(_ context.Context, p place) (row, error) {
	k, _ := kept.Follow(p.path).Next(time.Now())
	if p.err != nil {
		k.Err, k.State = p.err, kept.Unreadable
	}
	r := newRow(k)
	r.at = p.at
	return r, nil
}

// place is where something is kept, or an error why nobody can know.
type place struct {
	path string
	err  error
	at   int // in the order of names
}

// within adds what a folder and those in it keep, in the order of names. The runs of a comparison that keep journals of
// their own are its parts.
func within(ctx context.Context, found []place, dir string) []place {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return append(found, place{path: dir, err: err})
	}
	compared := files.IsLog(filepath.Join(dir, compare.RunsFile))
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") || compared && e.Name() == compare.StudiesDir || ctx.Err() != nil {
			continue
		}
		info, err := os.Stat(path) // of what a link names
		switch {
		case e.IsDir():
			found = within(ctx, found, path)
		case err == nil && info.Mode().IsRegular() && holds(path), err != nil && lines(path):
			found = append(found, place{path: path, err: unlessThere(err)})
		}
	}
	return found
}

// lines says whether a file is called like one of lines of JSON.
func lines(path string) bool { return strings.EqualFold(filepath.Ext(path), ".jsonl") }

// other begins logs that are neither of a study, nor of a comparison or a census.
const other = `{"nassearch_measures"`

// holds says whether a file may be something that is kept.
func holds(path string) bool {
	return (files.IsLog(path) || lines(path)) && files.Beginning(path, len(other)) != other
}

// unlessThere says what is wrong with a link that leads nowhere.
func unlessThere(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("study: %w", err)
}
