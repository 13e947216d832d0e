package comparison

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
)

// Value prints a number of the problem's quality.
func Value(p compare.Problem, n compare.Number) string {
	switch {
	case !n.Known():
		return "-"
	case p.Multi():
		return strconv.FormatFloat(float64(n), 'f', 4, 64)
	}
	return report.Format(p.Objective[0], float64(n))
}

// Digits prints so many digits after the point.
func Digits(n int) func(compare.Number) string {
	return func(v compare.Number) string {
		if !v.Known() {
			return "-"
		}
		return strconv.FormatFloat(float64(v), 'f', n, 64)
	}
}

// percent prints a share.
func percent(v compare.Number) string {
	if !v.Known() {
		return "-"
	}
	return strconv.FormatFloat(100*float64(v), 'f', 0, 64) + " %"
}

// seconds prints a measured time with the unit that fits.
func seconds(v compare.Number) string {
	switch {
	case !v.Known():
		return "-"
	case v < 1e-3:
		return strconv.FormatFloat(1e6*float64(v), 'f', 0, 64) + " µs"
	case v < 1:
		return strconv.FormatFloat(1e3*float64(v), 'f', 1, 64) + " ms"
	}
	return strconv.FormatFloat(float64(v), 'f', 1, 64) + " s"
}

// Signed prints a difference with its sign and three digits that count.
func Signed(v compare.Number) string {
	switch {
	case !v.Known():
		return "-"
	case v == 0:
		return "0"
	}
	return fmt.Sprintf("%+.*f", min(places(v), 6), float64(v))
}

// short prints three digits that count, without zeros at their end, and no exponent.
func short(v compare.Number) string {
	if v == 0 {
		return "0"
	}
	text := strconv.FormatFloat(float64(v), 'f', min(places(v), 9), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// places are the digits after the point with which a number has three that count.
func places(v compare.Number) int {
	return max(2-int(math.Floor(math.Log10(math.Abs(float64(v))))), 0)
}

// Probability prints a p-value for a table: ".0310".
func Probability(v compare.Number) string {
	switch {
	case !v.Known():
		return "-"
	case v < 1e-4:
		return "<.0001"
	}
	return strings.TrimPrefix(strconv.FormatFloat(float64(v), 'f', 4, 64), "0")
}

// equals prints a p-value for a sentence: "= 0.031", "< 0.0001".
func equals(p compare.Number) string {
	if p < 1e-4 {
		return "< 0.0001"
	}
	return "= " + strconv.FormatFloat(float64(p), 'g', 2, 64)
}

// rounded prints a number of runs with two digits that count: more would promise too much.
func rounded(n int) string {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return strconv.Itoa((n + unit - 1) / unit * unit)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return numeral.Thousands(n) + " " + what + "s"
}
