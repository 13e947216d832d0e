// Package dataset has the commands that describe and reduce data sets.
package dataset

import (
	"fmt"
	"io"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/spf13/cobra"
)

// Command returns the command, with those below it.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "dataset", Short: "Describe and reduce data sets",
		Example: "  nassearch dataset info fashion-mnist-8x8\n  nassearch dataset reduce idx:fashion-mnist --out small",
		Args:    usage.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
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
		Classes: s.Classes, Counts: s.Counts(s.Len()), Digest: s.Digest(),
	}
	p.Mean, p.Std = s.Normalization()
	return p
}

func infoCommand(p *program.Program) *cobra.Command {
	var name string
	cmd := &cobra.Command{
		Use:     "info [DATASET]",
		Short:   "Say what a data set holds",
		Example: "  nassearch dataset info\n  nassearch dataset info folder:pictures -o json",
		Args:    usage.Args(0, 1, "one data set or none"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name, err := chosen(name, p.Given("dataset"), args)
			if err != nil {
				return err
			}
			d, err := dataset.Open(name)
			if err != nil {
				return err
			}
			for _, text := range d.Doubts {
				p.Log.Warn(text)
			}
			i := info{d.Name, describe(d.Train), describe(d.Test)}
			return p.Out.Print(output.Document{Text: i.print, CSV: i.sheet().CSV, JSON: i, Line: true})
		},
	}
	cmd.Flags().StringVar(&name, "dataset", dataset.Embedded, datasetUsage)
	files.ReadsKind(cmd.Flags(), "dataset")
	p.Tables.Leave(cmd)
	return cmd
}

// chosen returns the data set that an argument names, or else --dataset.
func chosen(flag string, given bool, args []string) (string, error) {
	switch {
	case len(args) == 0:
		return flag, nil
	case given && flag != args[0]:
		return "", usage.Mark(fmt.Errorf("%q and --dataset %q are two data sets: name one", args[0], flag))
	}
	return args[0], nil
}

// sheet has one row a class.
func (i info) sheet() *sheet.Sheet {
	s := sheet.New("dataset", "part", "class", "images", "side", "channels", "digest")
	for k, p := range []*part{i.Train, i.Test} {
		if p == nil {
			continue
		}
		for l, class := range p.Classes {
			s.Add(sheet.Text(i.Name), sheet.Text([2]string{"train", "test"}[k]), sheet.Text(class), sheet.Int(p.Counts[l]),
				sheet.Int(p.Side), sheet.Int(p.Channels), sheet.Text(p.Digest))
		}
	}
	return s
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
