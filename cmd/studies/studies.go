// Package studies has the command that lists what is kept in folders.
package studies

import (
	"cmp"
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/kept"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/pool"
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
	var found []kept.Place
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			found = append(found, kept.Place{Path: dir})
			continue
		}
		found = append(found, kept.Within(ctx, dir)...)
	}
	pieces := make([]piece, len(found))
	for i, p := range found {
		pieces[i] = piece{p, i}
	}
	rows := make([]row, len(found))
	err := pool.Each(ctx, pieces, runtime.GOMAXPROCS(0), read, func(r row) error {
		rows[r.at] = r
		return nil
	})
	if err != nil && ctx.Err() != nil {
		err = env.ErrInterrupted
	}
	return rows, err
}

// piece is where something is kept, with its number in the order of names.
type piece struct {
	kept.Place
	at int
}

// read reads what is kept at a place.
func read(_ context.Context, p piece) (row, error) {
	k, _ := kept.Follow(p.Path).Next(time.Now())
	if p.Err != nil {
		k.Err, k.State = p.Err, kept.Unreadable
	}
	r := newRow(k)
	r.at = p.at
	return r, nil
}
