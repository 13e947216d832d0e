// Package census has the commands that measure tables of a whole space.
package census

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/goal"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// options are the flags of build.
type options struct {
	protocol              protocol.Flags
	out, shard, archs     string
	held                  held
	distant               distant
	workers, seeds, limit int
	compact               bool
}

// BuildCommand returns the command that measures a table.
func BuildCommand(p *program.Program) *cobra.Command {
	o := &options{protocol: protocol.Flags{Known: p.Known}}
	cmd := &cobra.Command{
		Use:   "build --out DIR",
		Short: "Measure a table: train and attack every class of the space",
		Long: `
build trains the network of every class (6,466 of them) by a preset, attacks it, and writes a table in the layout of the
robustness dataset. What is measured is kept in DIR/census.jsonl piece by piece: the same command continues after any
interruption. Many machines may measure one table, as workers of a queue (--backend remote), or each a part
(--shard 2/8), which 'table merge' joins.

Accuracy, confidence and loss are measured on the test images, clean, under attacks and under corruptions at every
severity; then measures are taken (--measures), and networks are trained for less time, too (--fidelities). What the
flags leave open is as the preset has it or, in a folder that was begun before, as it was begun. A table's value is the
mean over the seeds.`[1:],
		Example: `  nassearch table build --preset micro --out micro
  nassearch table build --backend remote --queue nats://host:4222 --preset micro --out micro
  nassearch table build --preset micro --out part2 --shard 2/8
  nassearch table build --preset micro --corruptions all --measures none --fidelities none --out corrupted
  nassearch table build --preset micro --fidelities 1/6,1/2 --measures grad_norm,grad_norm@trained --out short
  nassearch table build --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin ` +
			"--out small --limit 100",
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd, p) },
	}
	f := cmd.Flags()
	o.protocol.Register(f)
	f.StringVar(&o.out, "out", "", "folder of the table")
	files.Fills(f, "out", census.LogFile, tableFile)
	f.IntVar(&o.workers, "workers", 0,
		"networks trained at the same time, or in the queue; it changes nothing but time (default: one a core, or 1,024)")
	f.StringVar(&o.shard, "shard", "", "measure only this part, such as 2/8")
	f.IntVar(&o.seeds, "seeds", 2, "trainings of each network, with seeds 1, 2, ...")
	f.IntVar(&o.limit, "limit", 0, "measure only so many classes, a random sample (default: all)")
	f.Uint64("sample-seed", 0, protocol.SampleSeedUsage)
	f.BoolVar(&o.compact, "compact", false,
		"leave out of the table most confidences and losses and most of single seeds, and round: a quarter of the size")
	o.held.register(f, p.Known)
	o.distant.register(cmd)
	o.protocol.RegisterFolders(f)
	f.StringVar(&o.archs, "archs", "", "measure only the architectures in this file, one a line: "+
		"text, native index or #id")
	files.Reads(f, "archs", "txt")
	p.Tables.LeaveValues(cmd)
	return cmd
}

func (o *options) run(cmd *cobra.Command, p *program.Program) (err error) {
	plan, err := o.plan(cmd, p.Tables)
	if err = cmp.Or(err, p.Tables.Unread(p.Env), o.distant.check(p.Given)); err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return fmt.Errorf("table build: %w", err)
	}
	warn(p.Log, plan.Lab)
	header := plan.Header(o.protocol.Preset, p.Version)
	log := filepath.Join(o.out, census.LogFile)
	end, err := o.distant.begin(cmd.Context(), p, o.protocol.Kernel, census.LogKernel(log), &header)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	store, err := census.OpenLog(log, &header)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	program.Opened(p.Log, log, store.Repaired, store.Unchained)
	queue.Keep(log, o.distant.place())
	follower := progress.Follow(p.Log, p.Stderr, "network")
	err = o.distant.build(cmd.Context(), plan, store, o.workers, func(now census.Progress) {
		if now.Done == now.Before {
			goal.Set(log, goal.Goal{Total: now.All, Before: now.Before, Began: time.Now()})
		}
		follower.Observe(now.Done, now.Before, now.All, now.Failed)
	})
	follower.Close()
	if err != nil {
		return fmt.Errorf("%w; the same command continues", err)
	}
	goal.Reached(log)
	return conclude(p, o.out, store.Header, store.Records(), o.compact)
}

// warn tells which of a lab's images are attacked, and what may be wrong with them.
func warn(log *zap.Logger, lab *live.Lab) {
	doubts := protocol.Doubts(lab.Images)
	test := lab.Images.Test
	for _, a := range lab.Attacks {
		sample := test.Sample(min(cmp.Or(a.Images, test.Len()), test.Len()))
		doubts = append(doubts, protocol.Thin("test images for "+a.Name, sample)...)
		log.Info(a.Name + " is run on " + protocol.Drawn(sample, lab.SampleSeed))
	}
	if all := lab.Corruptions; len(all) > 0 {
		sample := test.Sample(min(cmp.Or(all[0].Images, test.Len()), test.Len()))
		doubts = append(doubts, protocol.Thin("test images that are corrupted", sample)...)
		log.Info("corruptions are measured on " + protocol.Drawn(sample, lab.SampleSeed))
	}
	for _, text := range doubts {
		log.Warn(text)
	}
}

// measured is the protocol by the flags, and where these are silent by the log that is continued.
func (o *options) measured(cmd *cobra.Command) (live.Protocol, error) {
	p, err := o.protocol.Resolve()
	if err != nil {
		return p, err
	}
	if !cmd.Flags().Changed("val") {
		p.Val = "none" // a table is of the test images
	}
	begun, continued := census.LogProtocol(filepath.Join(o.out, census.LogFile))
	if !continued {
		begun = p.ForTable(o.protocol.Preset)
	}
	return o.held.choose(p, begun, cmd.Flags().Changed, o.protocol.Known)
}

// plan reads the flags. Its errors are mistakes in the command line, but for what is wrong with files.
func (o *options) plan(cmd *cobra.Command, t *backends.Tables) (plan census.Plan, err error) {
	p, err := o.measured(cmd)
	if err != nil {
		return plan, err
	}
	if o.out == "" {
		return plan, errNowhere
	}
	err = cmp.Or(usage.AtLeast("seeds", o.seeds, 1), usage.AtLeast("limit", o.limit, 0),
		usage.AtLeast("workers", o.workers, 0))
	if err == nil && o.shard != "" {
		plan.Shard, err = census.ParseShard(o.shard)
	}
	if err != nil {
		return plan, usage.Mark(err)
	}
	plan.Limit = o.limit
	for seed := range o.seeds {
		plan.Seeds = append(plan.Seeds, uint64(seed+1))
	}
	if plan.Cells, err = t.Classes(o.archs); err != nil {
		return plan, err
	}
	log := filepath.Join(o.out, census.LogFile)
	choose := func() (*kernel.Kernel, error) {
		return o.protocol.Kernel.Continue("census "+log, census.LogKernel(log))
	}
	if o.distant.backend == byQueue { // that of the workers counts, and here nothing is trained
		choose = func() (*kernel.Kernel, error) { return kernel.Choose("") }
	}
	k, err := choose()
	if err != nil {
		return plan, err
	}
	plan.Lab, err = live.NewLab(p, o.protocol.Known, k)
	if err == nil && plan.Lab.Images.Test == nil {
		err = fmt.Errorf("data set %s: no test images to measure on", plan.Lab.Images.Name)
	}
	return plan, err
}
