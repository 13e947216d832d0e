// Package dataset has the commands that describe and reduce data sets.
package dataset

import (
	"fmt"
	"io"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// Command returns the command, with those below it.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "dataset", Short: "Describe and reduce data sets",
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(infoCommand(p), reduceCommand(p))
	return cmd
}

const datasetUsage = dataset.Embedded + ", cifar10:FILE[,FILE], cifar100:FILE[,FILE], idx:DIR or folder:DIR"

// info describes a data set, as --output json writes it.
type info struct {
	Name  string `json:"name"`
	Train *part  `json:"train"`
	Test  *part  `json:"test"`
}

// part describes a part of a data set; mean and standard deviation are of pixels in [0,1], a number a channel.
type part struct {
	Images   int       `json:"images"`
	Side     int       `json:"side"`
	Channels int       `json:"channels"`
	Classes  []string  `json:"classes"`
	Counts   []int     `json:"counts"` // images of each class
	Mean     []float32 `json:"mean"`
	Std      []float32 `json:"std"`
	Digest   string    `json:"digest"`
}

func describe(s *dataset.Set) *part {
	if s == nil {
		return nil
	}
	p := &part{
		Images: s.Len(), Side: s.Side, Channels: s.Channels,
		Classes: s.Classes, Counts: make([]int, len(s.Classes)), Digest: s.Digest(),
	}
	p.Mean, p.Std = s.Normalization()
	for _, l := range s.Labels {
		p.Counts[l]++
	}
	return p
}

func infoCommand(p *program.Program) *cobra.Command {
	var name string
	var out *output.Printer
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Say what a data set holds",
		Args:  usage.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := out.Check(); err != nil {
				return err
			}
			d, err := dataset.Open(name)
			if err != nil {
				return err
			}
			i := info{d.Name, describe(d.Train), describe(d.Test)}
			return out.Print(output.Document{Text: i.print, JSON: i})
		},
	}
	cmd.Flags().StringVar(&name, "dataset", dataset.Embedded, datasetUsage)
	out = p.Out.Lines(cmd)
	return cmd
}

func (i info) print(w io.Writer) error {
	text := sheet.To(w)
	text.Line("data", i.Name)
	for k, p := range []*part{i.Train, i.Test} {
		name := [2]string{"train", "test"}[k]
		if p == nil {
			text.Line(name, "none")
			continue
		}
		text.Line(name, fmt.Sprintf("%s images · %dx%d · %d channels · mean %.4f · std %.4f · digest %s",
			numeral.Thousands(p.Images), p.Side, p.Side, p.Channels, p.Mean, p.Std, p.Digest))
		for l, class := range p.Classes {
			text.Line("", fmt.Sprintf("%6s %s", numeral.Thousands(p.Counts[l]), class))
		}
	}
	return text.Err()
}

func reduceCommand(p *program.Program) *cobra.Command {
	var name, out string
	var train, test, side int
	var seed uint64
	cmd := &cobra.Command{
		Use:   "reduce",
		Short: "Write a smaller copy of a data set as IDX files",
		Long: `Write a smaller copy of a data set: some images of each part, every class in proportion, resized by
area. The result is a folder that --dataset idx:DIR reads.`,
		Example: "  nassearch dataset reduce --dataset idx:/usr/share/datasets/fashion-mnist " +
			"--train 4096 --test 2048 --side 8 --out fashion-mnist-8x8",
		Args: usage.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			d, err := dataset.Open(name)
			if err != nil {
				return err
			}
			small, err := d.Reduce(train, test, side, seed)
			if err != nil {
				return err
			}
			if err := small.Write(out); err != nil {
				return err
			}
			p.Log.Info("reduced", zap.String("dataset", name), zap.String("out", out), zap.Uint64("seed", seed))
			_, err = fmt.Fprintf(p.Stdout, "saved    %s · %s train · %s test · %dx%d\n",
				out, protocol.Count(small.Train), protocol.Count(small.Test), side, side)
			return err
		},
	}
	f := cmd.Flags()
	f.StringVar(&name, "dataset", "", datasetUsage)
	f.IntVar(&train, "train", 4096, "training images")
	f.IntVar(&test, "test", 2048, "test images")
	f.IntVar(&side, "side", 8, "side of the new images")
	f.Uint64Var(&seed, "seed", 1, "seed of the draw")
	f.StringVar(&out, "out", "", "folder to write")
	for _, required := range []string{"dataset", "out"} {
		if err := cmd.MarkFlagRequired(required); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}
