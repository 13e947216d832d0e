// Command custommeasure is nassearch with one more measure, which every command knows by its name:
//
//	go run ./examples/custommeasure measure 1462 --metrics relu_share,nwot
//	go run ./examples/custommeasure measure --all --metrics relu_share --limit 20 --out share.csv
//	go run ./examples/custommeasure --backend live --objective relu_share --budget 20
package main

import (
	"context"
	"os"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness/measure"
)

// images is how many are looked at.
const images = 16

// Share is the share of ReLU inputs that are above 0, of a batch in training mode.
func Share() measure.Measure {
	return measure.Measure{
		Name: "relu_share", Words: "active ReLUs", Meaning: "share of ReLU inputs that are above 0",
		Source: "this example", Needs: measure.Needs{Images: true}, Images: images, Passes: 1,
		Of: func(ctx context.Context, c *measure.Case) (float64, error) {
			n, err := c.Open(measure.Variant{})
			if err != nil {
				return 0, err
			}
			if _, err := n.Forward(ctx, c.Input(0, min(images, len(c.Labels))), measure.Training); err != nil {
				return 0, err
			}
			above, all := 0, 0
			n.See(measure.Rectified, func(a measure.Activation) {
				for i := range a.Images {
					for unit := range a.Pixels * a.Channels {
						if a.Values[(i/a.Lanes*a.Pixels*a.Channels+unit)*a.Lanes+i%a.Lanes] > 0 {
							above++
						}
						all++
					}
				}
			})
			return float64(above) / float64(all), nil
		},
	}
}

func main() { os.Exit(cmd.Main(cmd.Extensions{Measures: measure.Catalogue{Share()}})) }
