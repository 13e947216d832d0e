package protocol

import (
	"fmt"

	"github.com/spf13/pflag"
)

// measureImages is the flag of how many images measures are taken on. Its name is none that a configuration file has
// for training or attacks.
const measureImages = "measure-images"

// DeclareMeasure declares the flag that says how many images measures are taken on.
func DeclareMeasure(f *pflag.FlagSet) {
	f.Int(measureImages, 0, "images that measures such as grad_norm are taken on, the first ones (0: 64, or all if there "+
		"are fewer)")
}

// MeasureImages is the number of the flag, 0 where a command has none.
func MeasureImages(f *pflag.FlagSet) (int, error) {
	if f.Lookup(measureImages) == nil {
		return 0, nil
	}
	n := must(f.GetInt(measureImages))
	if n < 0 {
		return 0, fmt.Errorf("--%s %d: want a number of images, or 0 for 64", measureImages, n)
	}
	return n, nil
}
