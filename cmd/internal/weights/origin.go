package weights

import (
	"fmt"
	"math"
	"slices"

	"github.com/nassearch/nassearch/trainer/dataset"
)

// origin says what is doubtful about weights that were read from a file, as they stand to the images.
func (f *File) origin(set *dataset.Set) (doubts []string) {
	w := f.Weights
	switch {
	case w.Digest != "":
	case f.foreign:
		doubts = append(doubts, f.Path+" has no digest: whether it is as it was written cannot be told")
	default:
		doubts = append(doubts, f.Path+" is of an earlier version: it has neither a digest, by which a change would be "+
			"noticed, nor its classes' names")
	}
	if text := units(w.Mean, w.Std); text != "" {
		return append(doubts, f.Path+": "+text)
	}
	if f.foreign {
		return doubts
	}
	mean, std := set.Normalization()
	for c, m := range w.Mean {
		if math.Abs(float64(m-mean[c])) > farMean || math.Abs(math.Log(float64(w.Std[c]/std[c]))) > math.Log(farStd) {
			const text = "%s was trained on images of mean %s and standard deviation %s, these have %s and %s: " +
				"are they of the same data set?"
			return append(doubts, fmt.Sprintf(text, f.Path, Commas(w.Mean), Commas(w.Std), Commas(mean), Commas(std)))
		}
	}
	return doubts
}

// A test part's mean and standard deviation are closer to the training part's than this, in [0,1] and as a factor.
const (
	farMean = .15
	farStd  = 1.6
)

// least8Bit is less than any standard deviation by which a network sees pixels as 0 to 255.
const least8Bit = 1. / 256

// units questions a normalisation that is not of pixels in [0,1].
func units(mean, std []float32) string {
	has := fmt.Sprintf("mean %s, standard deviation %s: ", Commas(mean), Commas(std))
	switch {
	case len(mean) == 0:
		return ""
	case slices.Max(mean) > 1:
		return has + fmt.Sprintf("pixels are in [0,1], and these seem to be of pixels from 0 to 255: "+
			"--mean %s --std %s may be meant", Commas(divided(mean)), Commas(divided(std)))
	case slices.Min(mean) < 0:
		return has + "pixels are in [0,1], and so is their mean"
	case slices.Max(std) > 1:
		return has + "pixels are in [0,1], and none is so far from their mean"
	case slices.Min(std) < least8Bit:
		return has + "pixels in [0,1] would become hundreds: was it divided by 255 twice?"
	}
	return ""
}

// divided returns numbers of pixels from 0 to 255 as those of pixels in [0,1], to the digits that people write.
func divided(values []float32) []float32 {
	var out []float32
	for _, v := range values {
		out = append(out, float32(math.Round(float64(v)/255*1e4)/1e4))
	}
	return out
}
