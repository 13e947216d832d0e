package stats

import "fmt"

// Method says how a p-value is computed.
type Method int

const (
	Auto       Method = iota // Exact where the sample is small enough for it, else Asymptotic
	Exact                    // from the distribution over all arrangements of the sample, ties as they are
	Asymptotic               // from the normal approximation, corrected for ties
)

// String is the method in lower case.
func (m Method) String() string {
	if m.check() != nil {
		return fmt.Sprintf("method %d", int(m))
	}
	return [...]string{"auto", "exact", "asymptotic"}[m]
}

func (m Method) check() error {
	if m < Auto || m > Asymptotic {
		return fmt.Errorf("stats: method %d, want Auto, Exact or Asymptotic", int(m))
	}
	return nil
}
