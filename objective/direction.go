package objective

import "fmt"

// Direction tells which values of a metric are better.
type Direction int

const (
	Maximize Direction = iota
	Minimize
)

// String returns "max" or "min".
func (d Direction) String() string {
	if d == Minimize {
		return "min"
	}
	return "max"
}

// MarshalText returns "max" or "min".
func (d Direction) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Direction) UnmarshalText(text []byte) error {
	switch string(text) {
	case "max":
		*d = Maximize
	case "min":
		*d = Minimize
	default:
		return fmt.Errorf("goal %q: want min or max", text)
	}
	return nil
}

// Opposite is the other direction.
func (d Direction) Opposite() Direction { return Maximize + Minimize - d }

// Cost gives a value the sign that makes smaller better, and takes it away again.
func (d Direction) Cost(v float64) float64 {
	if d == Minimize {
		return v
	}
	return -v
}

// Better says whether a is better than b. No number is better than itself, and NaN is better than none.
func (d Direction) Better(a, b float64) bool { return d.Cost(a) < d.Cost(b) }

// Compare orders by what is better: it is negative if a is better than b, positive if b is better, and 0 otherwise.
func (d Direction) Compare(a, b float64) int {
	switch {
	case d.Better(a, b):
		return -1
	case d.Better(b, a):
		return 1
	}
	return 0
}
