package comparison

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/report"
)

// Shown prints a number, and a dash for one that is not known.
func Shown(n compare.Number, print func(float64) string) string {
	if !n.Known() {
		return "-"
	}
	return print(float64(n))
}

// Value prints a number of the problem's quality that stands alone.
func Value(p compare.Problem, n compare.Number) string { return Shown(n, valueOf(p, n)) }

// Optimum tells the optimum, " · optimum 0.5880", and says if it is an estimate; it is empty if nobody knows.
func Optimum(p compare.Problem) string {
	if !p.Optimum.Known() {
		return ""
	}
	text := " · optimum " + Value(p, p.Optimum)
	if p.Known > 0 {
		text += fmt.Sprintf(" of %s known (ranks and regret are among these)", numeral.Thousands(p.Known))
	}
	if p.Error > 0 {
		text += fmt.Sprintf(" ± %.4f: hypervolumes of so many metrics are estimates", p.Error)
	}
	return text
}

// Counted names the point up to which hypervolumes are counted, "clean_acc 0.1000, params 0.900 M"; empty of one
// metric, and where nobody knows it.
func Counted(p compare.Problem) string {
	if !p.Multi() || len(p.Worst) != len(p.Objective) {
		return ""
	}
	var worst []string
	for i, m := range p.Objective {
		worst = append(worst, report.Value(m, p.Worst[i]))
	}
	return strings.Join(worst, ", ")
}

// valueOf returns what prints numbers of what the runs on a problem are compared by, which stand beside others.
func valueOf(p compare.Problem, beside ...compare.Number) func(float64) string {
	if p.Multi() {
		return Digits(4)
	}
	var values []float64
	for _, n := range beside {
		if n.Known() {
			values = append(values, float64(n))
		}
	}
	return report.Beside(p.Objective[0], values...)
}

// Digits prints so many digits after the point.
func Digits(n int) func(float64) string {
	return func(v float64) string { return strconv.FormatFloat(v, 'f', n, 64) }
}

func percent(v float64) string { return fmt.Sprintf("%.0f %%", 100*v+0) }

// finePercent prints a share that may be near the whole.
func finePercent(v float64) string { return fmt.Sprintf("%.1f %%", 100*v+0) }

// seconds prints a measured time with the unit that fits.
func seconds(v float64) string {
	switch {
	case v < 1e-3:
		return fmt.Sprintf("%.0f µs", 1e6*v)
	case v < 1:
		return fmt.Sprintf("%.1f ms", 1e3*v)
	}
	return fmt.Sprintf("%.1f s", v)
}

// Signed prints a difference with its sign and three digits that count.
func Signed(v float64) string { return numeral.Signed(v, 3) }

// short prints three digits that count, without zeros at their end.
func short(v compare.Number) string { return numeral.Decimal(float64(v), 3) }

// Probability prints a p-value for a table: ".0310".
func Probability(v float64) string {
	if v < 1e-4 {
		return "<.0001"
	}
	return strings.TrimPrefix(fmt.Sprintf("%.4f", v), "0")
}

// equals prints a p-value for a sentence: "= 0.031", "< 0.0001".
func equals(p compare.Number) string {
	if p < 1e-4 {
		return "< 0.0001"
	}
	return fmt.Sprintf("= %.2g", float64(p))
}

// rounded prints a number of runs with two digits that count: more would promise too much.
func rounded(n int) string {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return strconv.Itoa((n + unit - 1) / unit * unit)
}
