// Package numeral prints numbers for people.
package numeral

import (
	"fmt"
	"strconv"
	"strings"
)

// Thousands prints 6466 as 6,466.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Count prints a number of things of which one is called so: "1 run", "6,466 runs".
func Count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + one + "s"
}

// Hundredths prints a number from -1 to 1 in at most four characters: ".07", "-.63", "1.0".
func Hundredths(v float64) string {
	switch s := fmt.Sprintf("%.2f", v); s {
	case "1.00", "-1.00":
		return s[:len(s)-1]
	case "-0.00":
		return ".00"
	default:
		return strings.Replace(s, "0.", ".", 1)
	}
}

// Percent prints a probability.
func Percent(p float64) string {
	if p < 0.0005 {
		return "below 0.1 %"
	}
	return strconv.FormatFloat(100*p, 'f', 1, 64) + " %"
}

// CoreTime tells processor time: "41.3 s of core time", "5.4 core-hours".
func CoreTime(hours float64) string {
	if hours < .1 {
		return fmt.Sprintf("%.1f s of core time", hours*3600)
	}
	return fmt.Sprintf("%.1f core-hours", hours)
}

// Decimal prints a number with so many digits that count, without zeros at its end; with an exponent if it would have
// many zeros.
func Decimal(v float64, digits int) string {
	if v == 0 {
		return "0"
	}
	if isFar(v) {
		return exponential(v, digits)
	}
	text := strconv.FormatFloat(v, 'f', Places(v, digits), 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	return text
}

// Places are the digits after the point with which a number that is not 0 has so many that count.
func Places(v float64, digits int) int { return max(0, digits-1-magnitude(v)) }

// Signed prints a difference with its sign and so many digits that count.
func Signed(v float64, digits int) string {
	switch {
	case v == 0:
		return "0"
	case isFar(v):
		return fmt.Sprintf("%+.*e", digits-1, v)
	}
	return fmt.Sprintf("%+.*f", Places(v, digits), v)
}

// RoundPower prints 1, 2 or 5 times a power of ten: "0.02", "500", "2·10⁶".
func RoundPower(v float64) string {
	if v >= 1e-4 && v < 1e5 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	digits, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 0, 64), "e")
	n, err := strconv.Atoi(exponent)
	if err != nil { // infinite
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	text := "10" + superscript.Replace(strconv.Itoa(n))
	if digits != "1" {
		text = digits + "·" + text
	}
	return text
}

var superscript = strings.NewReplacer("-", "⁻", "0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴",
	"5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")
