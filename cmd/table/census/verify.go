package census

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/spf13/cobra"
)

// The differences of accuracies that another arithmetic may make: training amplifies the last bit of a number until two
// runs are as far apart as two seeds.
const (
	tolerance     = .15 // of any accuracy
	meanTolerance = .03 // of the mean difference
)

// verification are the flags of verify.
type verification struct {
	kernel         protocol.Kernel
	archs, workers int
	seed           uint64
}

// VerifyCommand returns the command that measures a sample of a table again.
func VerifyCommand(p *program.Program) *cobra.Command {
	o := new(verification)
	cmd := &cobra.Command{
		Use:   "verify [TABLE]",
		Short: "Measure a random sample of a table again, and compare",
		Long: fmt.Sprintf("verify trains and attacks a random sample of the classes of a table that 'table build' has made "+
			"(without an argument, of the\n"+`one in the program) and compares every number.
That is done with the kernel that the table was measured with, and all must be the same. With another one (--kernel, or
where the processor lacks that) accuracies may differ by %.2f, and by %.2f on average, since training amplifies the last
bit.`,
			tolerance, meanTolerance),
		Example: "  nassearch table verify\n  nassearch table verify micro --archs 20",
		Args:    usage.Args(0, 1, "one table or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.Tables.Name(p.Env, args); err != nil {
				return err
			}
			return o.run(cmd.Context(), p)
		},
	}
	o.kernel.Register(cmd.Flags())
	cmd.Flags().IntVar(&o.archs, "archs", 20, "classes to measure again")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "of the sample")
	cmd.Flags().IntVar(&o.workers, "workers", 0, "networks trained at the same time (default: one a core)")
	return cmd
}

func (o *verification) run(ctx context.Context, p *program.Program) error {
	if o.archs < 1 || o.workers < 0 {
		return usage.Mark(fmt.Errorf("--archs %d --workers %d: want at least 1, and no negative number", o.archs, o.workers))
	}
	t, err := p.Tables.Open()
	if err != nil {
		return err
	}
	header, err := readHeader(p.Tables.Data, t, p.Known)
	if err != nil {
		return err
	}
	k, err := o.kernel.Repeat(header.Kernel)
	if err != nil {
		return err
	}
	plan, err := header.Plan(p.Known, k)
	if err != nil {
		return err
	}
	if plan.Cells, err = o.sample(ctx, t); err != nil {
		return err
	}
	follower := progress.Follow(p.Log, p.Stderr, "network")
	told := func(done, all int) { follower.Observe(done, 0, all, 0) }
	v, err := plan.Verify(ctx, header, t, cmp.Or(o.workers, plan.Lab.Workers()), told)
	follower.Close()
	if err != nil {
		return err
	}
	return judge(p.Out, v, header.Kernel, k.Name)
}

// sample draws classes that were measured.
func (o *verification) sample(ctx context.Context, t *table.Table) ([]nasbench201.Cell, error) {
	view, err := t.Select(ctx, []string{"clean_acc", "train_acc"}, table.Settings{})
	if err != nil {
		return nil, err
	}
	cells := census.Sample(o.archs, o.seed, func(c nasbench201.Cell) bool {
		_, err := view.Evaluate(ctx, objective.Request{Arch: c.Arch(), Fidelity: 1})
		return err == nil
	})
	if len(cells) == 0 {
		return nil, errors.New("the table has no class with all values")
	}
	return cells, nil
}

// readHeader returns what a table that 'table build' has made was measured by.
func readHeader(path string, t *table.Table, known objective.Catalogue) (h census.Header, err error) {
	if t.Protocol() == nil {
		return h, fmt.Errorf("%s has no %s: it was not made by 'table build'", path, layout.ProtocolFile)
	}
	if h, err = census.ParseHeader(t.Protocol(), known); err != nil {
		return h, fmt.Errorf("%s: %s: %w", path, layout.ProtocolFile, err)
	}
	return h, nil
}
