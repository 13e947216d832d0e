package attack

import (
	"fmt"
	"math"
)

// origin says what is doubtful about weights that were read from a file, as they stand to the images.
func (s *subject) origin(foreign bool) (doubts []string) {
	w := s.weights
	switch {
	case w.Digest != "":
	case foreign:
		doubts = append(doubts, s.file+" has no digest: whether it is as it was written cannot be told")
	default:
		doubts = append(doubts, s.file+" is of an earlier version: it has neither a digest, by which a change would be "+
			"noticed, nor its classes' names")
	}
	if foreign {
		return append(doubts, s.units()...)
	}
	mean, std := s.set.Normalization()
	for c, m := range w.Mean {
		if math.Abs(float64(m-mean[c])) > farMean || math.Abs(math.Log(float64(w.Std[c]/std[c]))) > math.Log(farStd) {
			const text = "%s was trained on images of mean %s and standard deviation %s, these have %s and %s: " +
				"are they of the same data set?"
			return append(doubts, fmt.Sprintf(text, s.file, commas(w.Mean), commas(w.Std), commas(mean), commas(std)))
		}
	}
	return doubts
}

// A test part's mean and standard deviation are closer to the training part's than this, in [0,1] and as a factor.
const (
	farMean = .15
	farStd  = 1.6
)

// units questions a normalisation that is not of pixels in [0,1].
func (s *subject) units() (doubts []string) {
	for c, mean := range s.weights.Mean {
		if std := s.weights.Std[c]; mean < 0 || mean > 1 || std > 1 {
			return []string{fmt.Sprintf("--mean %s --std %s: pixels are in [0,1], and these seem to be of pixels "+
				"from 0 to 255: divide by 255", commas(s.weights.Mean), commas(s.weights.Std))}
		}
	}
	return nil
}
