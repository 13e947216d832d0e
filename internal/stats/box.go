package stats

import "slices"

// Box is a sample as a box plot shows it (Tukey, Exploratory Data Analysis, 1977): a box between the quartiles,
// whiskers to the last values within one and a half of its height, and what is beyond.
type Box struct {
	Description
	Low, High float64   // ends of the whiskers
	Outside   []float64 // beyond them, distinct, ascending
}

// tukey is how far a whisker may reach, in interquartile ranges.
const tukey = 1.5

// NewBox computes a Box.
func NewBox(x []float64) (Box, error) {
	d, err := Describe(x)
	if err != nil {
		return Box{}, err
	}
	b := Box{Description: d, Low: d.Q1, High: d.Q3}
	low, high := d.Fences(tukey)
	for _, v := range x {
		if v < low || v > high {
			b.Outside = append(b.Outside, v)
			continue
		}
		b.Low, b.High = min(b.Low, v), max(b.High, v)
	}
	slices.Sort(b.Outside)
	b.Outside = slices.Compact(b.Outside)
	return b, nil
}

// Fences are the values that are so many interquartile ranges beyond the quartiles.
func (d Description) Fences(reach float64) (low, high float64) {
	room := reach * (d.Q3 - d.Q1)
	return d.Q1 - room, d.Q3 + room
}
