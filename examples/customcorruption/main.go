// Command customcorruption is nassearch with one more corruption, which every command knows by its name:
//
//	go run ./examples/customcorruption corrupt --corruptions occlusion,fog --out occlusion.png
//	go run ./examples/customcorruption attack 1462 --corruptions occlusion --attacks none
//	go run ./examples/customcorruption --backend live --objective occlusion_acc --budget 20
//	go run ./examples/customcorruption table build --corruptions occlusion --limit 100 --out occluded
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
)

// Occlusion puts a square of one grey somewhere before an image.
type Occlusion struct{ Grey uint8 }

// sides are those of the square as shares of the image's, by severity.
var sides = [corruption.Severities]float64{.15, .25, .35, .45, .55}

// Name is that in metrics: occlusion_acc.
func (Occlusion) Name() string { return "occlusion" }

// Origin says what the images depend on besides the program: journals and censuses keep it, and are not continued with
// another.
func (o Occlusion) Origin() string { return fmt.Sprintf("squares of grey %d", o.Grey) }

// At returns what is done to images of a shape.
func (o Occlusion) At(s robustness.Shape, severity int) corruption.Transform {
	height := int(math.Ceil(sides[severity-1] * float64(s.Height)))
	width := int(math.Ceil(sides[severity-1] * float64(s.Width)))
	return func(to, x []uint8, r *rand.Rand) {
		copy(to, x)
		top, left := r.IntN(s.Height-height+1), r.IntN(s.Width-width+1)
		for c := range s.Channels {
			for row := top; row < top+height; row++ {
				first := (c*s.Height+row)*s.Width + left
				for i := range width {
					to[first+i] = o.Grey
				}
			}
		}
	}
}

// Corruptions lists it for the program.
func Corruptions() corruption.Catalogue { return corruption.Catalogue{Occlusion{Grey: 128}} }

func main() { os.Exit(cmd.Main(cmd.Extensions{Corruptions: Corruptions()})) }
