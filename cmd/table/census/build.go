// Package census has the commands that measure tables of a whole space.
package census

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/live/census"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// logFile is where a folder keeps a census.
const logFile = "census.jsonl"

// options are the flags of build.
type options struct {
	protocol              protocol.Flags
	out, shard, archs     string
	attacks               string
	workers, seeds, limit int
	compact               bool
}

// BuildCommand returns the command that measures a table.
func BuildCommand(p *program.Program) *cobra.Command {
	o := &options{protocol: protocol.Flags{Methods: p.Attacks}}
	cmd := &cobra.Command{
		Use:   "build --out DIR",
		Short: "Measure a table: train and attack every class of the space",
		Long: `
build trains the network of every class (6,466 of them) by a preset, attacks it, and writes a table in the layout of the
robustness dataset. What is measured is kept in DIR/census.jsonl piece by piece: the same command continues after any
interruption, and several machines may each do a part (--shard 2/8), which 'table merge' joins.

Accuracy, confidence and loss are measured on the test images, clean and under the preset's attacks; a table's value is
the mean over the seeds.`[1:],
		Example: `  nassearch table build --preset micro --out micro
  nassearch table build --preset micro --out part2 --shard 2/8
  nassearch table build --preset cifar10-small --dataset cifar10:data_batch_1.bin,test_batch.bin ` +
			"--out small --limit 100",
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd, p) },
	}
	f := cmd.Flags()
	o.protocol.Register(f)
	f.StringVar(&o.out, "out", "", "folder of the table")
	files.Fills(f, "out", logFile, tableFile)
	f.IntVar(&o.workers, "workers", 0,
		"networks trained at the same time; it changes nothing but time (default: one a core)")
	f.StringVar(&o.shard, "shard", "", "measure only this part, such as 2/8")
	f.IntVar(&o.seeds, "seeds", 2, "trainings of each network, with seeds 1, 2, ...")
	f.IntVar(&o.limit, "limit", 0, "measure only so many classes, a random sample (default: all)")
	f.Uint64("sample-seed", 0, protocol.SampleSeedUsage)
	f.BoolVar(&o.compact, "compact", false,
		"leave confidences under attack out of the table, and round losses under attack: a fifth smaller")
	f.StringVar(&o.attacks, "attacks", "", "attack with these alone, with commas: "+
		strings.Join(p.Attacks.Metrics(), ", ")+"; at an eps as pgd@4/255 (default: the preset's attacks)")
	f.StringVar(&o.archs, "archs", "", "measure only the architectures in this file, one a line: "+
		"text, native index or #id")
	files.Reads(f, "archs", "txt")
	p.Tables.LeaveValues(cmd)
	return cmd
}

func (o *options) run(cmd *cobra.Command, p *program.Program) (err error) {
	plan, err := o.plan(cmd, p.Tables)
	if err = cmp.Or(err, p.Tables.Unread(p.Env)); err != nil {
		return err
	}
	if err := os.MkdirAll(o.out, 0o777); err != nil {
		return fmt.Errorf("table build: %w", err)
	}
	warn(p.Log, plan.Lab)
	header := plan.Header(o.protocol.Preset, p.Version)
	store, err := census.OpenLog(filepath.Join(o.out, logFile), &header)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	program.Opened(p.Log, filepath.Join(o.out, logFile), store.Repaired, store.Unchained)
	follower := follow(p.Env)
	err = plan.Build(cmd.Context(), store, cmp.Or(o.workers, plan.Lab.Workers()), follower.observe)
	follower.bar.Close()
	if err != nil {
		return fmt.Errorf("%w; the same command continues", err)
	}
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
	for _, text := range doubts {
		log.Warn(text)
	}
}

// measured is the protocol by the flags.
func (o *options) measured(cmd *cobra.Command) (live.Protocol, error) {
	p, err := o.protocol.Resolve()
	if err != nil {
		return p, err
	}
	if !cmd.Flags().Changed("val") {
		p.Val = "none" // a table is of the test images
	}
	if o.attacks == "" {
		return p, nil
	}
	if p, err = p.Choose(strings.Split(o.attacks, ",")); err == nil {
		err = p.Validate(o.protocol.Methods)
	}
	if err != nil {
		return p, usage.Mark(fmt.Errorf("--attacks %s: %w", o.attacks, err))
	}
	return p, nil
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
	if plan.Cells, err = cells(t, o.archs); err != nil {
		return plan, err
	}
	log := filepath.Join(o.out, logFile)
	k, err := o.protocol.Kernel.Continue("census "+log, census.LogKernel(log))
	if err != nil {
		return plan, err
	}
	plan.Lab, err = live.NewLab(p, o.protocol.Methods, k)
	if err == nil && plan.Lab.Images.Test == nil {
		err = fmt.Errorf("data set %s: no test images to measure on", plan.Lab.Images.Name)
	}
	return plan, err
}

// cells reads one architecture a line, each class once. An empty path gives nil.
func cells(t *backends.Tables, path string) (cells []nasbench201.Cell, err error) {
	if path == "" {
		return nil, nil
	}
	all, err := t.Cells(path)
	if err != nil {
		return nil, fmt.Errorf("--archs: %w", err)
	}
	seen := map[int]bool{}
	for _, c := range all {
		if !seen[c.Class()] {
			seen[c.Class()] = true
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// follower shows how far a census is: as a bar on a terminal, elsewhere as a message now and then.
type follower struct {
	log   *zap.Logger
	bar   *progress.Bar
	began time.Time
	told  time.Time
}

// tellEvery is the time between two messages.
const tellEvery = time.Minute

func follow(e *env.Env) *follower {
	return &follower{log: e.Log, bar: progress.New(e.Stderr), began: time.Now(), told: time.Now()}
}

func (f *follower) observe(p census.Progress) {
	if !f.bar.Terminal() {
		f.tell(p)
		return
	}
	if p.Done == p.Before {
		f.bar.Start("network", p.Before, p.All)
		f.bar.Show()
		return
	}
	f.bar.Set(p.Done, "%.2f/s", f.rate(p))
}

// rate is in networks a second.
func (f *follower) rate(p census.Progress) float64 {
	return float64(p.Done-p.Before) / time.Since(f.began).Seconds()
}

func (f *follower) tell(p census.Progress) {
	if time.Since(f.told) < tellEvery {
		return
	}
	f.told = time.Now()
	rate := f.rate(p)
	left := time.Duration(float64(p.All-p.Done) / rate * float64(time.Second))
	f.log.Info("measuring", zap.Int("done", p.Done), zap.Int("of", p.All), zap.Int("failed", p.Failed),
		zap.Float64("per_second", rate), zap.Duration("left", left.Round(time.Second)))
}
