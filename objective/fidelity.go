package objective

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fidelities says at which fidelities of a [Request] an evaluator answers, where it answers at others than the full
// training.
type Fidelities interface {
	// Fidelities lists them, ascending. The last is 1.
	Fidelities() []float64
}

// FidelitiesOf lists the fidelities at which an evaluator answers: the full training alone if it does not tell any.
func FidelitiesOf(e Evaluator) []float64 {
	if f, ok := e.(Fidelities); ok {
		return f.Fidelities()
	}
	return []float64{1}
}

// fidelitySlack is how far two fidelities may be apart that mean the same, as 0.333333333 and a third do.
const fidelitySlack = 1e-9

// SameFidelity says whether two fidelities mean the same.
func SameFidelity(a, b float64) bool { return math.Abs(a-b) <= fidelitySlack }

// FidelityError says that a request asks for a fidelity at which there are no values. It is a mistake of who asks, and
// not a failed measurement.
type FidelityError struct {
	Source   string // who was asked, for example "table cifar10"
	Fidelity float64
	Has      []float64 // at which there are values of what is asked for, ascending
}

func (e *FidelityError) Error() string {
	asked := fmt.Sprintf("fidelity %s cannot be asked of %s", FidelityText(e.Fidelity), e.Source)
	if len(e.Has) == 1 && e.Has[0] == 1 {
		return asked + ", which has this of fully trained networks only: want 1"
	}
	texts := make([]string, len(e.Has))
	for i, f := range e.Has {
		texts[i] = FidelityText(f)
	}
	return asked + ": want one of " + strings.Join(texts, ", ")
}

// mostParts is the largest denominator of a fidelity that is told as a fraction: there are hardly more epochs.
const mostParts = 1000

// FidelityText writes a fidelity as people read it, "1", "1/8" or "5/24"; one that is no simple fraction as a decimal.
// [ParseFidelity] reads the same, but for what [SameFidelity] takes for the same.
func FidelityText(f float64) string {
	for below := 1.; below <= mostParts; below++ {
		above := math.Round(f * below)
		if above < 1 || !SameFidelity(above/below, f) {
			continue
		}
		if below == 1 {
			return strconv.FormatFloat(above, 'f', -1, 64)
		}
		return fmt.Sprintf("%g/%g", above, below)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// ParseFidelity reads a share of the full training, above 0 and up to 1: "1/8", "0.125", "1".
func ParseFidelity(text string) (float64, error) {
	n, ok := readNumber(text)
	f := n.above / n.below
	if !ok || !(f > 0 && f <= 1) {
		return 0, fmt.Errorf("fidelity %q: want a share of the full training above 0 and up to 1, such as 1/8", text)
	}
	return f, nil
}
