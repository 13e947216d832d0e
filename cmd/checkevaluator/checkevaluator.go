// Package checkevaluator has the command that checks whether a program that measures keeps the rules.
package checkevaluator

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/rules"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/objective/external/externaltest"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check-evaluator [CELL...]",
		Short: "Check that a program that measures keeps the rules that make searches repeatable",
		Long: `check-evaluator measures cells by a program, in trials as --backend exec makes them, and says which rules
the program keeps: that it answers with a finite value for each metric, gives the same values again, alone or beside
others, ends when it is asked to, and leaves nothing running. It stops at the first rule that is broken, and says how.

Each cell is measured three times, the first some more; without any they are a plain one and one that nothing passes.
Have the program train for a moment only. docs/any-trainer.md says what it is told, and how it answers. The exit code is
1 if a rule is broken.`,
		Example: "  nassearch check-evaluator --command 'python3 train.py --epochs 1' --metric clean_acc\n" +
			"  nassearch check-evaluator 1462 --serve-command 'python3 train.py' --metric pgd_acc@8/255",
		RunE: func(cmd *cobra.Command, args []string) error { return check(cmd.Context(), p, args) },
	}
	for _, b := range p.Backends.Bound {
		if b.Name == exec {
			cmd.Flags().AddFlagSet(b.Flags)
		}
	}
	p.Tables.LeaveValues(cmd)
	return cmd
}

// exec is the backend that asks programs.
const exec = "exec"

// usual are the cells that are measured if none are named.
var usual = []string{
	"|nor_conv_1x1~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|",
	"|none~0|+|none~0|none~1|+|none~0|none~1|none~2|",
}

// verdict is what came of all rules, for programs.
type verdict struct {
	Program string         `json:"program"`
	Source  string         `json:"source"`
	Kept    bool           `json:"kept"` // all of them
	Rules   []rules.Ruling `json:"rules"`
}

// check checks the program and tells what came of it.
func check(ctx context.Context, p *program.Program, cells []string) (err error) {
	e, err := open(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.Close()) }()
	if len(cells) == 0 {
		cells = usual
	}
	var archs []space.Arch
	for _, name := range cells {
		c, err := p.Tables.Cell(name)
		if err != nil {
			return err
		}
		archs = append(archs, c.Arch())
	}
	v := verdict{Program: e.Program(), Source: e.Source()}
	bar := progress.New(p.Stderr)
	defer bar.Close()
	broken := rules.Tell(ctx, bar, externaltest.Check(ctx, e, archs...), &v.Rules)
	bar.Close()
	if ctx.Err() != nil {
		return env.ErrInterrupted
	}
	if v.Kept = broken == nil; !v.Kept {
		err = fmt.Errorf("%s breaks a rule: %w", e.Program(), broken)
	}
	return errors.Join(p.Out.List(e.Program()+"\n\n", rules.Sheet(v.Rules), v), err)
}

// open opens the program for all that it is said to measure.
func open(ctx context.Context, p *program.Program) (*external.Evaluator, error) {
	at := slices.IndexFunc(p.Backends.Bound, func(b backends.Bound) bool { return b.Name == exec })
	b := p.Backends.Bound[at]
	problem, err := b.Open(ctx, backend.Ask{Dataset: p.Tables.Dataset, Given: p.Given, Log: p.Log})
	if err != nil {
		return nil, err
	}
	e, ok := problem.Evaluator.(*external.Evaluator)
	if !ok {
		return nil, fmt.Errorf("backend %s asks no program", b.Name)
	}
	return e, nil
}
