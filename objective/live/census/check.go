package census

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/robustness/corruption"
)

// check returns an error if a record has not the protocol's numbers.
func (h Header) check(r Record) error {
	if r.Failed != "" {
		return nil
	}
	p := h.Protocol
	ok := len(r.Train) == 2 && len(r.Clean) == 3 && has(r.Under, h.rows()) && len(r.Shorter) == len(p.Fidelities) &&
		has(r.Corrupted, slices.Repeat([]int{corruption.Severities}, len(p.Corruptions)))
	for i := 0; ok && i < len(r.Shorter); i++ {
		s := r.Shorter[i]
		ok = s.Failed != "" || len(s.Clean) == 3 && has(s.Under, h.shorterRows(i))
	}
	if !ok || !h.measured(r) {
		return fmt.Errorf("cell %d with seed %d has not the protocol's numbers", r.Cell, r.Seed)
	}
	return nil
}

// has says whether there are so many rows of scores, each of three numbers.
func has(all []Scores, rows []int) bool {
	if len(all) != len(rows) {
		return false
	}
	for i, s := range all {
		if len(s) != rows[i] || slices.ContainsFunc(s, func(row []float64) bool { return len(row) != 3 }) {
			return false
		}
	}
	return true
}

// rows is how many eps each attack has.
func (h Header) rows() (rows []int) {
	for _, a := range h.Protocol.Attacks {
		rows = append(rows, len(a.Eps))
	}
	return rows
}

// shorterRows is how many eps each attack of a fidelity has; none if the protocol makes no sense.
func (h Header) shorterRows(fidelity int) []int {
	short, err := h.Protocol.At(h.Protocol.Fidelities[fidelity])
	if err != nil {
		return nil
	}
	return Header{Protocol: short}.rows()
}

// measured says whether a record has each of the protocol's measures, or a reason why not.
func (h Header) measured(r Record) bool {
	if len(r.Measured) != len(h.Protocol.Measures) {
		return false
	}
	missing := 0
	for i, metric := range h.Protocol.Measures {
		_, undefined := r.Undefined[metric]
		if undefined != (r.Measured[i] == nil) {
			return false
		}
		if undefined {
			missing++
		}
	}
	return missing == len(r.Undefined)
}
