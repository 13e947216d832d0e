package analysis

import "github.com/nassearch/nassearch/internal/stats"

// Statistic is a number that says where a sample lies: if all of the sample moves, it moves as much.
type Statistic struct {
	Name string                    // of its column and in files
	Of   func(x []float64) float64 // of one number or more in ascending order
}

// Statistics are what is told of every sample, in the order of tables.
func Statistics() []Statistic {
	return []Statistic{{"mean", stats.Mean}, {"median", stats.Median}, {"IQM", stats.InterquartileMean}}
}

// Named is what a statistic says.
type Named struct {
	Name string `json:"name"`
	Estimate
}

// of is where a statistic stands. The first ones have fields of their own.
func (d *Distribution) of(name string) *Estimate {
	switch name {
	case "mean":
		return &d.Mean
	case "median":
		return &d.Median
	case "IQM":
		return &d.IQM
	}
	d.More = append(d.More, Named{Name: name})
	return &d.More[len(d.More)-1].Estimate
}
