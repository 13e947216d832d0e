package objective

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/robustness"
)

// Setting is what a metric was measured at: an attack's norm and size, a corruption's severity, or the mean over
// several of these. The zero value is none. Equal settings are equal values.
type Setting struct {
	Norm     robustness.Norm
	Eps      Eps // of the attack; under L2 the radius itself, with pixels in [0,1]. 0: no attack
	Severity int // of the corruption, from 1; 0: none, [EverySeverity] for a mean
	MeanOf   int // how many values it is the mean of; 0: it is no mean
}

// EverySeverity marks a mean over severities. Other means are over all that was measured.
const EverySeverity = -1

// At returns the setting of an attack in the Linf norm.
func At(e Eps) Setting { return Setting{Eps: e} }

// AtSeverity returns that of a corruption.
func AtSeverity(n int) Setting { return Setting{Severity: n} }

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

// String returns the setting as people read it: "8/255", "L2 0.5", "severity 3", "mean of 5 severities".
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
	}
	return ""
}

// Key returns the setting as it stands behind the @ of a metric: "8/255", "l2:0.5", "severity3",
// "mean-of-5-severities".
func (s Setting) Key() string {
	switch {
	case s.MeanOf != 0:
		return strings.ReplaceAll(s.String(), " ", "-")
	case s.Severity != 0:
		return "severity" + strconv.Itoa(s.Severity)
	case s.Norm == robustness.L2:
		return "l2:" + s.Eps.Number()
	}
	return s.String()
}

// ParseSetting reads what [Setting.Key] and [Setting.String] write, and an eps as a decimal; an empty text is no
// setting.
func ParseSetting(text string) (Setting, error) {
	plain := strings.ReplaceAll(strings.ToLower(text), " ", "-")
	if plain == "" {
		return Setting{}, nil
	}
	if n, ok := strings.CutPrefix(plain, "mean-of-"); ok {
		return parseMean(n)
	}
	if n, ok := strings.CutPrefix(plain, "severity"); ok {
		severity, err := strconv.Atoi(strings.TrimPrefix(n, "-"))
		if err != nil || severity < 1 {
			return Setting{}, errors.New("want a severity such as @severity3")
		}
		return AtSeverity(severity), nil
	}
	return ParseThreat(text)
}

// ParseThreat reads the setting of an attack: an eps as [ParseEps] reads it, or "l2:0.5".
func ParseThreat(text string) (Setting, error) {
	plain := strings.ToLower(text)
	if n, ok := strings.CutPrefix(plain, "l2"); ok {
		return parseRadius(text, strings.TrimLeft(n, ": "))
	}
	eps, err := ParseEps(strings.TrimPrefix(plain, "linf:"))
	return At(eps), err
}

// parseMean reads "5-severities" or "26-values".
func parseMean(rest string) (Setting, error) {
	count, of, _ := strings.Cut(rest, "-")
	n, err := strconv.Atoi(count)
	switch {
	case err != nil || n < 1:
	case of == "severities":
		return MeanOverSeverities(n), nil
	case of == "values":
		return Setting{MeanOf: n}, nil
	}
	return Setting{}, errors.New("want a mean such as @mean-of-5-severities")
}

// parseRadius reads the radius of an L2 ball: "0.5", or "128/255".
func parseRadius(text, number string) (Setting, error) {
	above, whole := strings.CutSuffix(number, "/255")
	v, err := strconv.ParseFloat(above, 64)
	if whole {
		v /= wholeRange
	}
	if err != nil || !(v > 0) || math.IsInf(v, 0) {
		return Setting{}, fmt.Errorf("eps %q: want the radius of an L2 ball such as l2:0.5, with pixels in [0,1]", text)
	}
	return Setting{Norm: robustness.L2, Eps: Eps(v)}, nil
}

// MarshalText returns what String does.
func (s Setting) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ParseSetting] reads.
func (s *Setting) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSetting(string(text))
	return err
}
