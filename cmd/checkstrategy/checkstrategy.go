// Package checkstrategy has the command that checks whether a strategy keeps the contract.
package checkstrategy

import (
	"context"
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/rules"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/spf13/cobra"
)

// command is what the flags and the program give to a check.
type command struct {
	*program.Program
	run   string // the command of a program
	pairs env.Pairs
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	c := &command{Program: p}
	cmd := &cobra.Command{
		Use:   "check-strategy [NAME]",
		Short: "Check that a strategy keeps the rules that make searches repeatable",
		Long: `check-strategy runs some 60 small studies on a made-up space, and says which rules the strategy keeps: that
it proposes what there is, has one history for a seed however often it is stopped and for any number of workers,
learns from what it is told alone, and survives failures. It stops at the first rule that is broken, and says how.

The strategy is one of the program's by its name, or a program in any language by --command (docs/any-language.md). The
exit code is 1 if a rule is broken.`,
		Example: "  nassearch check-strategy evolution --option population=5\n" +
			"  nassearch check-strategy --command 'python3 examples/exec/random_search.py'",
		Args: usage.Args(0, 1, "one strategy, or --command"),
		RunE: func(cmd *cobra.Command, args []string) error { return c.check(cmd.Context(), args) },
	}
	cmd.Flags().StringVar(&c.run, "command", "", "program with its arguments that proposes, instead of a strategy's name")
	cmd.Flags().Var(&c.pairs, "option", "setting of the strategy as name=value; may be repeated")
	p.Tables.Leave(cmd)
	return cmd
}

// verdict is what came of all rules, for programs.
type verdict struct {
	Strategy string         `json:"strategy"`
	Options  search.Options `json:"options"`
	Kept     bool           `json:"kept"` // all of them
	Rules    []rules.Ruling `json:"rules"`
}

// check checks the strategy and tells what came of it.
func (c *command) check(ctx context.Context, args []string) error {
	name, options, err := c.chosen(args)
	if err != nil {
		return err
	}
	entry, err := c.Strategies.Lookup(name)
	if err != nil {
		return err
	}
	v := verdict{Strategy: name}
	smallest := search.Problem{
		Space: searchtest.NewGrid(2, 2), Metrics: searchtest.Landscape{Count: 1}.Metrics(), Window: 1,
	}
	if _, v.Options, err = c.Strategies.New(name, smallest, options); err != nil {
		return err
	}
	bar := progress.New(c.Stderr)
	defer bar.Close()
	broken := rules.Tell(ctx, bar, searchtest.Check(ctx, name, entry, options), &v.Rules)
	bar.Close()
	if ctx.Err() != nil {
		return env.ErrInterrupted
	}
	if v.Kept = broken == nil; !v.Kept {
		err = fmt.Errorf("strategy %s breaks a rule: %w", name, broken)
	}
	return errors.Join(c.Out.List(v.Options.After(name)+"\n\n", rules.Sheet(v.Rules), v), err)
}

// chosen returns the strategy that is meant, and its options.
func (c *command) chosen(args []string) (name string, options map[string]string, err error) {
	if options, err = c.pairs.Map("option"); err != nil {
		return "", nil, err
	}
	switch {
	case c.run == "" && len(args) == 0:
		return "", nil, usage.Mark(errors.New("no strategy: name one, or a program by --command"))
	case len(args) > 0 && !c.Given("command"): // a configuration's may be that of a program that measures
		return args[0], options, nil
	case len(args) > 0:
		return "", nil, usage.Mark(fmt.Errorf("%s and --command: want one strategy", args[0]))
	}
	if other, twice := options["command"]; twice {
		return "", nil, usage.Mark(fmt.Errorf("--command and --option command=%s: want one of them", other))
	}
	options["command"] = c.run
	return "exec", options, nil
}
