package compare

import (
	"encoding/json"
	"math"
)

// Number is a float64 whose NaN, "not known", is null in JSON. So is what is beyond all finite numbers, such as the
// standard deviation of the largest and the smallest there are.
type Number float64

// Unknown is the number that is not known.
func Unknown() Number { return Number(math.NaN()) }

// Known says whether there is a number.
func (n Number) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// Floats returns numbers as float64, NaN where one is not known.
func Floats(list []Number) []float64 {
	out := make([]float64, len(list))
	for i, n := range list {
		out[i] = math.NaN()
		if n.Known() {
			out[i] = float64(n)
		}
	}
	return out
}

// MarshalJSON writes null for what is not known.
func (n Number) MarshalJSON() ([]byte, error) {
	if !n.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (n *Number) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*n = Unknown()
		return nil
	}
	return json.Unmarshal(b, (*float64)(n))
}
