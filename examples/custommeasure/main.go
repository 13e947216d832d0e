// Command custommeasure is nassearch with one more measure of networks, which is a metric of live searches and a column
// of the tables that measure --all writes:
//
//	go run ./examples/custommeasure measure 1462
//	go run ./examples/custommeasure --backend live --objective awake --budget 20
//	go run ./examples/custommeasure measure --all --metrics awake --limit 100 --out awake.csv
package main

import (
	"context"
	"math"
	"os"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness/measure"
)

// Awake is the share of ReLUs that pass something on: whose input is above 0, over all images, in training mode.
func Awake() measure.Measure {
	return measure.Measure{
		Name: "awake", Words: "ReLUs that are awake", Meaning: "share of ReLUs' inputs above 0", Source: "an example",
		Needs: measure.Needs{Images: true}, Passes: 1, Of: awake,
	}
}

func awake(ctx context.Context, c *measure.Case) (float64, error) {
	n, err := c.Open(measure.Variant{})
	if err != nil {
		return 0, err
	}
	if _, err := n.Forward(ctx, c.Input(0, len(c.Labels)), measure.Training); err != nil {
		return 0, err
	}
	above, all := 0, 0
	n.See(measure.Rectified, func(a measure.Activation) {
		for i, v := range a.Values {
			if image := i/(a.Lanes*a.Channels*a.Pixels)*a.Lanes + i%a.Lanes; image >= a.Images {
				continue // a lane without an image
			}
			if all++; v > 0 {
				above++
			}
		}
	})
	if all == 0 {
		return 0, &measure.UndefinedError{Measure: "awake", Value: math.NaN(), Why: "there are no ReLUs"}
	}
	return float64(above) / float64(all), nil
}

func main() { os.Exit(cmd.Main(cmd.Extensions{Measures: measure.Catalogue{Awake()}})) }
