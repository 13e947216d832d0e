package dataset

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/internal/numeral"
)

// Counts returns how many of the first n images are of each class.
func (s *Set) Counts(n int) []int {
	counts := make([]int, len(s.Classes))
	for _, l := range s.Labels[:n] {
		counts[l]++
	}
	return counts
}

// Sample is what the first images of a set are.
type Sample struct {
	Images, Of int
	PerClass   []int
	Lacking    []string // classes without an image among them
	Absent     []string // classes without an image in the whole set
}

// Sample describes the first n images.
func (s *Set) Sample(n int) Sample {
	x := Sample{Images: n, Of: s.Len(), PerClass: s.Counts(n)}
	for i, all := range s.Counts(s.Len()) {
		if x.PerClass[i] == 0 {
			x.Lacking = append(x.Lacking, s.Classes[i])
		}
		if all == 0 {
			x.Absent = append(x.Absent, s.Classes[i])
		}
	}
	return x
}

// Balance is how many images there are of a class, in words: "5 a class", "4 to 6 a class, none of ship, truck".
func (x Sample) Balance() string {
	var some []int
	for _, n := range x.PerClass {
		if n > 0 {
			some = append(some, n)
		}
	}
	if len(some) == 0 {
		return "no images"
	}
	text := numeral.Thousands(slices.Min(some))
	if most := slices.Max(some); most > slices.Min(some) {
		text += " to " + numeral.Thousands(most)
	}
	text += " a class"
	if len(x.Lacking) > 0 {
		text += ", none of " + few(x.Lacking)
	}
	return text
}

// String is "20 of 400 images, 5 a class".
func (x Sample) String() string {
	return fmt.Sprintf("%s of %s images, %s", numeral.Thousands(x.Images), numeral.Thousands(x.Of), x.Balance())
}
