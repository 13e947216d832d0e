package layout

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// digits is the space of "0" to "3", where "3" is the same as "2".
type digits struct{ space.Space }

func (digits) Name() string                      { return "digits" }
func (digits) Canonical(a space.Arch) space.Arch { return min(a, "2") }
func (digits) Classes() int                      { return 3 }
func (digits) Class(i int) space.Arch            { return space.Arch(strconv.Itoa(i)) }

func (digits) ClassOf(a space.Arch) (int, error) {
	if len(a) != 1 || a[0] < '0' || a[0] > '3' {
		return 0, fmt.Errorf("%q is no digit", string(a))
	}
	return int(min(a, "2")[0] - '0'), nil
}

const digitsMeta = `{"ids": {"0": {"nb201-string": "0", "isomorph": "0"}, "1": {"nb201-string": "1", "isomorph": "1"},
	"2": {"nb201-string": "2", "isomorph": "2"}, "3": {"nb201-string": "3", "isomorph": "2"}}, "epsilons": {"pgd@Linf": [1.0, 8.0]}}`

func fuzzMeta(t testing.TB) *Meta {
	m, err := readMeta(context.Background(), strings.NewReader(digitsMeta), "meta.json", digits{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// wantFormatError fails for an error that is not about the contents of the file.
func wantFormatError(t *testing.T, err error, file string) {
	var format *FormatError
	if err != nil && (!errors.As(err, &format) || format.File != file) {
		t.Fatalf("%v, want a *FormatError of %s", err, file)
	}
}

// FuzzReleased reads files of the released layout. What a full read accepts is in range, and the scan for one
// entry finds the same.
func FuzzReleased(f *testing.F) {
	for i, seed := range []string{
		`{"d": {"k": {"accuracy": {"0": 0.5, "2": 1}}}}`,
		`{"d": {"k": {"accuracy": {"0": [0.5, 0.25], "2": [1, 0]}}}}`,
		`{"d": {"k": {"confidence": {"0": 0.5, "2": [1, 0.5]}}}}`,
		`{"d": {"k": {"confidence": {"0": [0.5, [0.5, 1]], "1": [[1], [0]]}}}}`,
		`{"d": {"k": {"cm": {"0": [[9, 1], [2, 8]]}}}}`,
		`{"d": {"k": {"cm": {"0": [[[9, 1], [2, 8]], [[1, 0], [0, 1]]]}}}}`,
	} {
		f.Add([]byte(seed), i/2, i%2 == 1)
	}
	f.Fuzz(func(t *testing.T, text []byte, kind int, list bool) {
		source := Source{Key: "k"}
		if list {
			source.At = []objective.Setting{objective.At(1), objective.At(8)}
		}
		ctx, m := context.Background(), fuzzMeta(t)
		open := func(r io.Reader) *reader {
			return &reader{Stream: NewStream(ctx, r, "f"), source: source, measure: Measures[uint(kind)%3]}
		}
		g, err := open(bytes.NewReader(text)).all("d", m, 3)
		wantFormatError(t, err, "f")
		if err != nil || g.Values == nil {
			return
		}
		for _, v := range g.Values {
			if !(v >= 0 && v <= 1) && !math.IsNaN(v) {
				t.Fatalf("value %v", v)
			}
		}
		for class := range 3 {
			r := bytes.NewReader(text)
			one, err := open(r).one(ctx, r, "d", class)
			if err != nil {
				continue // the id is not there, or written with escapes: the full read decides
			}
			for i, v := range g.Row(class) {
				if v != one.Values[i] {
					t.Fatalf("id %d: the scan finds %v, the full read %v", class, one.Values, g.Row(class))
				}
			}
		}
	})
}

func FuzzMeta(f *testing.F) {
	f.Add([]byte(digitsMeta))
	f.Add([]byte(`{"ids": {}, "epsilons": {}, "severities": {"fog": [1, 2, 3, 4, 5], "mist": []}}`))
	f.Add([]byte(`{"ids": {"1": {"nb201-string": "0", "isomorph": "1", "x": []}}, "y": null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := readMeta(context.Background(), bytes.NewReader(text), "meta.json", digits{})
		wantFormatError(t, err, "meta.json")
		if err != nil {
			return
		}
		for id, class := range m.class {
			if class >= 0 && m.class[m.representative[class]] != class {
				t.Fatalf("the representative of id %d is of another class", id)
			}
		}
	})
}
