package live

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
)

// Fidelity is a shorter training, with a schedule of its own, of which a table holds accuracies.
type Fidelity struct {
	Share Share `json:"share"` // of the epochs
	// Attacks are of those that the table holds, each at an eps, with the same settings: "pgd@6/255".
	Attacks []string `json:"attacks"`
}

// Share is a part of a training's epochs: a fraction between 0 and 1, in lowest terms.
type Share struct{ Part, Of int }

var fraction = regexp.MustCompile(`^[1-9]\d{0,5}/[1-9]\d{0,5}$`)

// ParseShare reads a fraction: "1/8".
func ParseShare(text string) (Share, error) {
	r, ok := new(big.Rat).SetString(text)
	if !ok || !fraction.MatchString(text) || r.Cmp(big.NewRat(1, 1)) >= 0 {
		return Share{}, fmt.Errorf("fidelity %q: want a fraction below 1, such as 1/8", text)
	}
	return Share{int(r.Num().Int64()), int(r.Denom().Int64())}, nil
}

// String returns "1/8".
func (s Share) String() string { return fmt.Sprintf("%d/%d", s.Part, s.Of) }

// Value returns the share as a number.
func (s Share) Value() float64 { return float64(s.Part) / float64(s.Of) }

// Whole says whether it is a whole number of so many epochs.
func (s Share) Whole(epochs int) bool { return s.Of > 0 && s.Part*epochs%s.Of == 0 }

// MarshalText returns what String does.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ParseShare] reads.
func (s *Share) UnmarshalText(text []byte) (err error) {
	*s, err = ParseShare(string(text))
	return err
}

// At returns the protocol of a fidelity of the table: its attacks alone, with the same settings.
func (p Protocol) At(f Fidelity) (Protocol, error) {
	for _, name := range f.Attacks {
		if !slices.ContainsFunc(p.Attacks, func(a Attack) bool { return a.names(name) }) {
			want := "an attack that the table has, at an eps that it has, such as pgd@6/255"
			return p, &ProtocolError{"fidelity " + f.Share.String(), name, want}
		}
	}
	return p.Choose(f.Attacks)
}

// validateFidelities returns an error if a fidelity has no meaning.
func (p Protocol) validateFidelities() error {
	for i, f := range p.Fidelities {
		field := "fidelity " + f.Share.String()
		switch {
		case !f.Share.Whole(p.Training.Epochs):
			return &ProtocolError{field, fmt.Sprintf("of %d epochs", p.Training.Epochs), "whole epochs"}
		case i > 0 && f.Share.Value() <= p.Fidelities[i-1].Share.Value():
			return &ProtocolError{field, "behind " + p.Fidelities[i-1].Share.String(), "them ascending, each but once"}
		}
		short, err := p.At(f)
		if err != nil {
			return err
		}
		for _, a := range short.Attacks {
			for _, at := range a.At() {
				if err := at.Threat().Validate(); err != nil {
					return fmt.Errorf("%s: attack %s: %w", field, a.Name, err)
				}
			}
		}
	}
	return nil
}
