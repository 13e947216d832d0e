// Package dataset has the commands that describe and reduce data sets.
package dataset

import (
	"fmt"
	"io"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/spf13/cobra"
)

// Command returns the command, with those below it.
func Command(e *env.Env, out *output.Printer) *cobra.Command {
	cmd := &cobra.Command{
		Use: "dataset", Short: "Describe and reduce data sets",
		Args: usage.Args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(infoCommand(out), reduceCommand(e))
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

func infoCommand(all *output.Printer) *cobra.Command {
	var name string
	var out *output.Printer
	cmd := &cobra.Command{
		Use:   "info",
		Short: "Say what a data set holds",
		Args:  usage.Args(cobra.NoArgs),
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
	out = all.Lines(cmd)
	return cmd
}

func (i info) print(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "data     %s\n", i.Name)
	for k, p := range []*part{i.Train, i.Test} {
		name := [2]string{"train", "test"}[k]
		if p == nil {
			fmt.Fprintf(&b, "%-8s none\n", name)
			continue
		}
		fmt.Fprintf(&b, "%-8s %s images · %dx%d · %d channels · mean %.4f · std %.4f · digest %s\n",
			name, numeral.Thousands(p.Images), p.Side, p.Side, p.Channels, p.Mean, p.Std, p.Digest)
		for l, class := range p.Classes {
			fmt.Fprintf(&b, "         %6s %s\n", numeral.Thousands(p.Counts[l]), class)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
