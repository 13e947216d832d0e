package protocol

import (
	"fmt"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// SampleSeedUsage explains --sample-seed.
const SampleSeedUsage = "draw the images that are attacked, or measured on, by this seed, as many of each class (0: " +
	"take the first ones)"

// Drawn says which images a sample is, and how it was drawn; 0 stands for the first ones.
func Drawn(x dataset.Sample, seed uint64) string {
	images, of := numeral.Thousands(x.Images), numeral.Thousands(x.Of)
	if seed != 0 {
		return fmt.Sprintf("%s of %s images drawn by seed %d, %s", images, of, seed, x.Balance())
	}
	return fmt.Sprintf("the first %s of %s images, %s", images, of, x.Balance())
}

// Absent says which classes a set lacks altogether.
func Absent(what string, set *dataset.Set) (doubts []string) {
	if x := set.Sample(set.Len()); len(x.Absent) > 0 {
		doubts = append(doubts, fmt.Sprintf("the %s lack classes: %s", what, x.Balance()))
	}
	return doubts
}

// Thin says which classes a sample lacks that the images have.
func Thin(what string, x dataset.Sample) (doubts []string) {
	switch there := len(x.PerClass) - len(x.Absent); {
	case len(x.Lacking) == len(x.Absent):
	case x.Images < there:
		doubts = append(doubts, fmt.Sprintf("%s: fewer than the %d classes: %v", what, there, x))
	default:
		doubts = append(doubts, fmt.Sprintf("%s: %v; --sample-seed draws as many of each class", what, x))
	}
	return doubts
}

// Doubts say what may be wrong with a lab's images: what the data set says of itself, and classes without images.
func Doubts(d *live.Images) []string {
	all := d.Doubts
	for _, part := range []struct {
		name string
		set  *dataset.Set
	}{{"training images", d.Train}, {"validation images", d.Val}, {"test images", d.Test}} {
		if part.set != nil {
			all = append(all, Absent(part.name, part.set)...)
		}
	}
	return all
}
