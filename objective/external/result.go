package external

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/objective"
)

// longestTold is how many bytes of nonsense are told.
const longestTold = 60

// result is what a program says of a trial: values by the names of metrics, or why there are none.
type result struct {
	Values map[string]jsontext.Value `json:"values"`
	Record jsontext.Value            `json:"record"` // about the measurement, to be kept
	Failed string                    `json:"failed"`
	Cause  objective.Cause           `json:"cause"` // of the failure
}

// causes are those that a program may name.
var causes = []objective.Cause{
	objective.NotFinite, objective.OutOfTime, objective.OutOfMemory, objective.NoGradient, objective.OtherCause,
}

// readResult reads a result.
func readResult(text []byte) (r result, err error) {
	if err := unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("its result %s is no JSON of a result: %w", clipped(text), err)
	}
	return r, nil
}

// unmarshal reads JSON, and numbers that are none as Python writes them.
func unmarshal(text []byte, into any) error {
	err := json.Unmarshal(quoted(text), into, json.RejectUnknownMembers(true))
	why, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case !ok:
	case why.Err != nil:
		return fmt.Errorf("%w at %s", why.Err, cmp.Or(string(why.JSONPointer), "its begin"))
	default:
		why.GoType = nil // which is ours
	}
	return err
}

// noNumbers are what programs write for numbers that JSON does not have.
var noNumbers = []string{"NaN", "-Infinity", "Infinity"}

// quoted puts quotes around them, wherever they stand outside of texts.
func quoted(text []byte) []byte {
	var out []byte
	inside := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inside && c == '\\' && i+1 < len(text):
			out = append(out, c)
			i++
			c = text[i]
		case c == '"':
			inside = !inside
		case !inside && (c == 'N' || c == 'I' || c == '-'):
			begins := func(word string) bool { return bytes.HasPrefix(text[i:], []byte(word)) }
			if at := slices.IndexFunc(noNumbers, begins); at >= 0 {
				out = append(out, strconv.Quote(noNumbers[at])...)
				i += len(noNumbers[at]) - 1
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// numbers returns the values of metrics, in their order, or why the trial failed.
func (r result) numbers(metrics []objective.Metric) ([]float64, error) {
	if r.Failed != "" || r.Cause != "" {
		cause := cmp.Or(r.Cause, objective.OtherCause)
		if !slices.Contains(causes, cause) {
			return nil, fmt.Errorf("its result names the cause %q: want one of %q", cause, causes)
		}
		return nil, &objective.FailedError{Text: cut(cmp.Or(r.Failed, cause.Words())), Why: cause}
	}
	values := make([]float64, len(metrics))
	known := map[string]bool{}
	for i, m := range metrics {
		text, ok := r.Values[m.Key()]
		if !ok {
			return nil, fmt.Errorf("its result has no value of %s: want one of each of %s", m.Key(), keys(metrics))
		}
		v, err := number(text)
		if err != nil {
			return nil, fmt.Errorf("its result: %s: %w", m.Key(), err)
		}
		values[i], known[m.Key()] = v, true
	}
	for name := range r.Values {
		if !known[name] {
			return nil, fmt.Errorf("its result has a value of %q, which nobody asked for: want one of each of %s",
				name, keys(metrics))
		}
	}
	return values, nil
}

// number reads a finite number.
func number(text jsontext.Value) (float64, error) {
	kind := text.Kind()
	plain := strings.Trim(string(text), `"`)
	if kind == '0' {
		v, err := strconv.ParseFloat(plain, 64)
		if err != nil || math.IsInf(v, 0) {
			return 0, &objective.FailedError{Text: plain + " is no finite number", Why: objective.NotFinite}
		}
		return v, nil
	}
	if kind == 'n' || slices.Contains(noNumbers, plain) {
		return 0, &objective.FailedError{Text: plain + " is no finite number", Why: objective.NotFinite}
	}
	return 0, fmt.Errorf("%s is no number", clipped(text))
}

// keys are the names of metrics.
func keys(metrics []objective.Metric) string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Key()
	}
	return strings.Join(names, ", ")
}

// longestWhy is how many bytes of a program's reason are told.
const longestWhy = 1000

// cut is the beginning of a text.
func cut(text string) string {
	if len(text) > longestWhy {
		return strings.ToValidUTF8(text[:longestWhy], "") + "..."
	}
	return text
}

// clipped is the beginning of a text, in quotes.
func clipped(text []byte) string {
	text = bytes.TrimSpace(text)
	if len(text) > longestTold {
		return strconv.Quote(string(text[:longestTold])) + "..."
	}
	return strconv.Quote(string(text))
}
