package dataset

import (
	"fmt"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

func reduceCommand(e *env.Env) *cobra.Command {
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
		Args: usage.Args(cobra.NoArgs),
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
			e.Log.Info("reduced", zap.String("dataset", name), zap.String("out", out), zap.Uint64("seed", seed))
			_, err = fmt.Fprintf(e.Stdout, "saved    %s · %s train · %s test · %dx%d\n",
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
