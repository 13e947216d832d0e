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

// ParseEps reads the size of a perturbation in the Linf norm: "8/255", or a share of the pixel range below 1 such as
// "0.0314", which is 8/255 to its four digits. Whole numbers are refused: 8 could mean 8/255, and an eps of the whole
// range means nothing; so are other quotients, which are 255ths miswritten.
func ParseEps(s string) (Eps, error) {
	n, ok := readNumber(s)
	switch {
	case ok && n.plain && n.above < 1:
		return meant(n.above, n.decimals), nil
	case ok && n.below == wholeRange:
		return Eps(n.above), nil
	}
	like := "8"
	if ok && n.plain && n.above <= wholeRange {
		like = Eps(n.above).Number()
	}
	return 0, fmt.Errorf(`eps %q: write it as "%s/255", or as a share of the pixel range below 1`, s, like)
}

// parseRadius reads the size of a perturbation in the L2 norm, the radius of a ball: "0.5", or "128/255".
func parseRadius(s string) (Eps, error) {
	n, ok := readNumber(s)
	v := n.above / n.below
	if !ok || !(v > 0) || math.IsInf(v, 0) {
		const want = `write it as the radius of an L2 ball, with pixels in [0,1], such as "0.5" or "128/255"`
		return 0, fmt.Errorf("eps %q: %s", s, want)
	}
	return Eps(v), nil
}

// number is a decimal, or a quotient of two.
type number struct {
	above, below float64
	plain        bool // no quotient
	decimals     int  // digits behind the point
}

// readNumber reads a number above 0 as people write it, not in hexadecimal or with words. It is false if there is none.
func readNumber(s string) (n number, ok bool) {
	above, below, quotient := strings.Cut(s, "/")
	if !quotient {
		below = "1"
	}
	n.plain = !quotient
	for _, part := range []struct {
		text string
		to   *float64
	}{{above, &n.above}, {below, &n.below}} {
		text := strings.TrimSpace(part.text)
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !(v > 0) || strings.Trim(text, "0123456789.eE+-") != "" {
			return n, false
		}
		*part.to = v
	}
	if _, digits, _ := strings.Cut(strings.TrimSpace(above), "."); !strings.ContainsAny(digits, "eE") {
		n.decimals = len(strings.TrimRight(digits, "0"))
	}
	return n, true
}

// epsTolerance is how far a decimal such as 0.0314 may be from the k/255 that it was meant to be, in 1/255: the
// rounding to four digits.
const epsTolerance = 0.00005*wholeRange + 1e-9

// meant returns the k/255, or tenth of it, that a share is to so many decimals; otherwise the share itself.
func meant(share float64, decimals int) Eps {
	e := share * wholeRange
	for _, digits := range []float64{1, 10} { // 1/255 and .5/255 are what people mean
		r := math.Round(e*digits) / digits
		rounded := strconv.FormatFloat(r/wholeRange, 'f', max(decimals, 4), 64)
		same, err := strconv.ParseFloat(rounded, 64)
		if r > 0 && math.Abs(e-r) < epsTolerance && (decimals <= 4 || err == nil && same == share) {
			return Eps(r)
		}
	}
	return Eps(decimal(e))
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
