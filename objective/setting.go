package objective

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/robustness"
)

// Setting is what a metric was measured at: an attack's norm and size, a corruption's severity, the mean over several
// of these, or weights in another state than the usual. The zero value is none. Equal settings are equal values.
type Setting struct {
	Norm     robustness.Norm
	Eps      Eps // of the attack; under L2 the radius itself, with pixels in [0,1]. 0: no attack
	Severity int // of the corruption, from 1; 0: none, [EverySeverity] for a mean
	MeanOf   int // how many values it is the mean of; 0: it is no mean
	State    State
}

// State is that of the weights which a measure is taken of.
type State int

// The states of weights.
const (
	UsualState State = iota // the measure's own, see [StateOf]
	Initial                 // as they are drawn
	Trained
)

// states are the names of those that are not the usual one.
var states = map[State]string{Initial: "initial", Trained: "trained"}

// InState returns the setting of a measure of weights in a state.
func InState(s State) Setting { return Setting{State: s} }

// EverySeverity marks a mean over severities. Other means are over all that was measured.
const EverySeverity = -1

// At returns the setting of an attack in the Linf norm.
func At(e Eps) Setting { return Setting{Eps: e} }

// AtSeverity returns that of a corruption.
func AtSeverity(n int) Setting { return Setting{Severity: n} }

// Severities lists those of a corruption from 1 to n.
func Severities(n int) (all []Setting) {
	for i := range n {
		all = append(all, AtSeverity(i+1))
	}
	return all
}

// MeanOverSeverities returns that of a mean over n severities.
func MeanOverSeverities(n int) Setting { return Setting{Severity: EverySeverity, MeanOf: n} }

// Threat returns what an attacker at the setting may do; its eps is 0 if the setting is no attack's.
func (s Setting) Threat() robustness.Threat {
	t := robustness.Threat{Norm: s.Norm, Eps: float64(s.Eps)}
	if s.Norm == robustness.Linf {
		t.Eps = s.Eps.Share()
	}
	return t
}

// IsZero says whether there is nothing to say.
func (s Setting) IsZero() bool { return s == Setting{} }

// String returns the setting as people read it: "8/255", "L2 0.5", "severity 3", "mean of 5 severities", "trained
// weights".
func (s Setting) String() string {
	switch {
	case s.MeanOf != 0 && s.Severity == EverySeverity:
		return fmt.Sprintf("mean of %d severities", s.MeanOf)
	case s.MeanOf != 0:
		return fmt.Sprintf("mean of %d values", s.MeanOf)
	case s.Severity != 0:
		return "severity " + strconv.Itoa(s.Severity)
	case s.Norm == robustness.L2:
		return "L2 " + s.Eps.Number()
	case s.Eps != 0:
		return s.Eps.String()
	case s.State != UsualState:
		return states[s.State] + " weights"
	}
	return ""
}

// Key returns the setting as it stands behind the @ of a metric: "8/255", "l2:0.5", "severity3",
// "mean-of-5-severities", "trained".
func (s Setting) Key() string {
	switch {
	case s.MeanOf != 0:
		return strings.ReplaceAll(s.String(), " ", "-")
	case s.Severity != 0:
		return "severity" + strconv.Itoa(s.Severity)
	case s.Norm == robustness.L2:
		return "l2:" + s.Eps.Number()
	case s.State != UsualState:
		return states[s.State]
	}
	return s.String()
}

// ParseSetting reads what [Setting.Key] and [Setting.String] write, and an eps as a decimal; an empty text is no
// setting.
func ParseSetting(text string) (Setting, error) {
	plain := strings.ToLower(text)
	if plain == "" {
		return Setting{}, nil
	}
	if n, ok := strings.CutPrefix(strings.ReplaceAll(plain, " ", "-"), "mean-of-"); ok {
		return parseMean(n)
	}
	if n, ok := strings.CutPrefix(plain, "severity"); ok {
		severity, err := count(strings.TrimPrefix(n, " "))
		if err != nil {
			return Setting{}, errors.New("want a severity such as @severity3")
		}
		return AtSeverity(severity), nil
	}
	for state, name := range states {
		if plain == name || plain == name+" weights" {
			return InState(state), nil
		}
	}
	return ParseThreat(text)
}

// ParseThreat reads the setting of an attack: an eps as [ParseEps] reads it, "l2:0.5", or "l2" for the usual radius.
func ParseThreat(text string) (Setting, error) { return ParseThreatIn(robustness.Linf, text) }

// ParseThreatIn is ParseThreat where a text that does not say a norm means the given one.
func ParseThreatIn(n robustness.Norm, text string) (s Setting, err error) {
	s.Norm = n
	size := strings.TrimSpace(text)
	for _, norm := range []robustness.Norm{robustness.Linf, robustness.L2} {
		if name := norm.String(); len(size) >= len(name) && strings.EqualFold(size[:len(name)], name) {
			if s.Norm, size = norm, size[len(name):]; size == "" {
				return usual(norm), nil
			}
			size = strings.TrimLeft(size, ": ")
			break
		}
	}
	if s.Norm == robustness.L2 {
		s.Eps, err = parseRadius(size)
	} else {
		s.Eps, err = ParseEps(size)
	}
	if err != nil {
		return Setting{}, err
	}
	return s, nil
}

// usual is the setting of an attack in a norm that is meant where none is given.
func usual(n robustness.Norm) Setting {
	if n == robustness.L2 {
		return Setting{Norm: n, Eps: Eps(n.Usual())}
	}
	return At(Eps(n.Usual() * wholeRange))
}

// parseMean reads "5-severities" or "26-values".
func parseMean(rest string) (Setting, error) {
	digits, of, _ := strings.Cut(rest, "-")
	n, err := count(digits)
	switch {
	case err != nil:
	case of == "severities":
		return MeanOverSeverities(n), nil
	case of == "values":
		return Setting{MeanOf: n}, nil
	}
	return Setting{}, errors.New("want a mean such as @mean-of-5-severities")
}

// count reads a number of something: from 1, and without a sign.
func count(digits string) (int, error) {
	n, err := strconv.ParseUint(digits, 10, 31)
	if err == nil && n == 0 {
		err = strconv.ErrRange
	}
	return int(n), err
}

// MarshalText returns what String does.
func (s Setting) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ParseSetting] reads.
func (s *Setting) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSetting(string(text))
	return err
}
