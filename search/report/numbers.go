package report

import (
	"math"
	"strconv"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// large is from where on sizes of networks are told in millions.
const large = 1e4

// Beside returns what prints values of a metric that stand beside each other: shares with four digits after the point,
// sizes of networks in millions where they are large, others as they are, and different ones so that they look
// different.
func Beside(m objective.Metric, values ...float64) func(float64) string {
	plain := numeral.Beside(values...)
	switch m.Unit() {
	case objective.Share:
		return func(v float64) string {
			if math.Abs(v) > 1 {
				return plain(v)
			}
			return strconv.FormatFloat(v+0, 'f', 4, 64)
		}
	case objective.Millions:
		places := 3
		for places < 6 && alike(values, places) {
			places++
		}
		return func(v float64) string { return size(v, places, plain) }
	}
	return plain
}

// alike says whether two sizes that are not the same look so in millions with so many digits after the point.
func alike(sizes []float64, places int) bool {
	seen := map[string]float64{}
	for _, v := range sizes {
		text := strconv.FormatFloat(v/1e6, 'f', places, 64)
		if other, there := seen[text]; there && other != v && math.Abs(v) >= large {
			return true
		}
		seen[text] = v
	}
	return false
}

// size prints how large a network is: 4822, 0.344 M.
func size(v float64, places int, plain func(float64) string) string {
	switch {
	case math.Abs(v) >= large*1e6: // of no network there is
		return plain(v)
	case math.Abs(v) >= large:
		return strconv.FormatFloat(v/1e6, 'f', places, 64) + " M"
	case v == math.Trunc(v):
		return strconv.FormatFloat(v+0, 'f', 0, 64)
	}
	return plain(v)
}

// Format prints a value of a metric that stands alone.
func Format(m objective.Metric, v float64) string { return Beside(m, v)(v) }

// Value prints a metric with its value and setting: "pgd_acc 0.5850 at 1/255".
func Value(m objective.Metric, v float64) string { return m.Name + " " + Format(m, v) + m.At() }

// Cells are values of a metric in a column or row of a table; of those that are NaN the cells are empty.
func Cells(m objective.Metric, values []float64) []sheet.Cell {
	print := Beside(m, values...)
	cells := make([]sheet.Cell, len(values))
	for i, v := range values {
		if !math.IsNaN(v) {
			cells[i] = sheet.Number(v, print(v))
		}
	}
	return cells
}

// Columns are the values of rows, a column for each metric, in the metrics' order. A row may be nil: its cells are
// empty.
func Columns(metrics []objective.Metric, rows [][]float64) [][]sheet.Cell {
	columns := make([][]sheet.Cell, len(metrics))
	for i, m := range metrics {
		column := make([]float64, len(rows))
		for k, row := range rows {
			column[k] = math.NaN()
			if row != nil {
				column[k] = row[i]
			}
		}
		columns[i] = Cells(m, column)
	}
	return columns
}

// TrialColumns are the values of trials, empty of those that failed.
func TrialColumns(metrics []objective.Metric, trials []search.Trial) [][]sheet.Cell {
	rows := make([][]float64, len(trials))
	for i, t := range trials {
		if !t.Failed() {
			rows[i] = t.Values
		}
	}
	return Columns(metrics, rows)
}
