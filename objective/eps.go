package objective

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Eps is the size of a perturbation, in units of 1/255 of the pixel range.
type Eps float64

// wholeRange is the number of units in the pixel range.
const wholeRange = 255

// epsTolerance is how far a decimal such as 0.0314 may be from the k/255 that it was meant to be, in 1/255: the
// rounding to four digits.
const epsTolerance = 0.00005*wholeRange + 1e-9

// ParseEps reads "8/255" or a share of the pixel range such as "0.0314". Whole numbers are refused: 8 could
// mean 8/255, and an eps of the whole range means nothing.
func ParseEps(s string) (Eps, error) {
	if n, ok := strings.CutSuffix(s, "/255"); ok {
		v, err := strconv.ParseFloat(n, 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return 0, fmt.Errorf("eps %q: want a positive number before /255", s)
		}
		return Eps(v), nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) || v >= 1 {
		return 0, fmt.Errorf(`eps %q: write it as "8/255", or as a share of the pixel range below 1`, s)
	}
	e := v * wholeRange
	for _, digits := range []float64{1, 10} { // 1/255 and .5/255 are what people mean
		if r := math.Round(e*digits) / digits; r > 0 && math.Abs(e-r) < epsTolerance {
			return Eps(r), nil
		}
	}
	return Eps(decimal(e)), nil
}

// decimal rounds away what the product of a decimal with 255 leaves in the last digits: 0.03 is 7.65/255.
func decimal(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return v
	}
	return r
}

// String returns "8/255", with all digits: what [ParseEps] makes the same eps of.
func (e Eps) String() string { return e.Number() + "/255" }

// Number returns "8", for where the unit stands beside it.
func (e Eps) Number() string { return strconv.FormatFloat(float64(e), 'g', -1, 64) }

// Share returns the size as a share of the pixel range.
func (e Eps) Share() float64 { return float64(e) / wholeRange }

// MarshalText returns "8/255".
func (e Eps) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText reads what [ParseEps] reads.
func (e *Eps) UnmarshalText(text []byte) (err error) {
	*e, err = ParseEps(string(text))
	return err
}
