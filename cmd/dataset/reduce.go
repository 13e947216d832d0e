package dataset

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// reduction are the flags of reduce.
type reduction struct {
	name, out         string
	train, test, side int
	seed              uint64
}

func reduceCommand(p *program.Program) *cobra.Command {
	r := new(reduction)
	cmd := &cobra.Command{
		Use:   "reduce [DATASET] --out DIR",
		Short: "Write a smaller copy of a data set as IDX files",
		Long: `Write a smaller copy of a data set: some images of each part, every class in proportion, resized by
area. The result is a folder that --dataset idx:DIR reads.`,
		Example: `  nassearch dataset reduce idx:/usr/share/datasets/fashion-mnist \
    --train 4096 --test 2048 --side 8 --out fashion-mnist-8x8`,
		Args: usage.Args(0, 1, "one data set"),
		RunE: func(_ *cobra.Command, args []string) (err error) {
			if r.name, err = chosen(r.name, p.Given("dataset"), args); err != nil {
				return err
			}
			return r.run(p)
		},
	}
	r.register(cmd.Flags())
	p.Tables.Leave(cmd)
	return cmd
}

func (r *reduction) register(f *pflag.FlagSet) {
	f.StringVar(&r.name, "dataset", "", datasetUsage)
	files.ReadsKind(f, "dataset")
	f.IntVar(&r.train, "train", 4096, "training images")
	f.IntVar(&r.test, "test", 2048, "test images")
	f.IntVar(&r.side, "side", 8, "side of the new images")
	f.Uint64Var(&r.seed, "seed", 1, "seed of the draw")
	f.StringVar(&r.out, "out", "", "folder to write")
	files.Fills(f, "out")
}

// run writes the copy and says what it has.
func (r *reduction) run(p *program.Program) error {
	if r.name == "" {
		return usage.Mark(errors.New("name the data set to reduce: " + datasetUsage))
	}
	if r.out == "" {
		return usage.Mark(errors.New("--out: name a folder for the copy"))
	}
	err := cmp.Or(usage.AtLeast("train", r.train, 0), usage.AtLeast("test", r.test, 0), usage.AtLeast("side", r.side, 1))
	if err != nil {
		return err
	}
	d, err := dataset.Open(r.name)
	if err != nil {
		return err
	}
	small, err := d.Reduce(r.train, r.test, r.side, r.seed)
	if err != nil {
		return err
	}
	if err := small.Write(r.out); err != nil {
		return err
	}
	p.Log.Info("reduced", zap.String("dataset", r.name), zap.String("out", r.out), zap.Uint64("seed", r.seed))
	c := reduced{Out: r.out, Train: images(small.Train), Test: images(small.Test), Side: r.side}
	text := func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "saved    %s · %s train · %s test · %dx%d\n",
			r.out, protocol.Count(small.Train), protocol.Count(small.Test), r.side, r.side)
		return err
	}
	return p.Out.Print(output.Document{Text: text, CSV: c.sheet().CSV, JSON: c})
}

// reduced is the copy for programs, in numbers of images.
type reduced struct {
	Out   string `json:"out"`
	Train int    `json:"train"`
	Test  int    `json:"test"`
	Side  int    `json:"side"`
}

func (c reduced) sheet() *sheet.Sheet {
	s := sheet.New("out", "train", "test", "side")
	s.Add(sheet.Text(c.Out), sheet.Int(c.Train), sheet.Int(c.Test), sheet.Int(c.Side))
	return s
}

func images(s *dataset.Set) int {
	if s == nil {
		return 0
	}
	return s.Len()
}
