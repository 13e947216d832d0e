package external

import (
	"math"
	"testing"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/nassearch/nassearch/objective"
	"pgregory.net/rapid"
)

var two = []objective.Metric{{Name: "clean_acc"}, {Name: "pgd_acc", Setting: objective.At(8)}}

// Whatever a program writes, it is an error, or a finite number for each metric.
func FuzzResult(f *testing.F) {
	for _, text := range []string{
		`{"values":{"clean_acc":0.5,"pgd_acc@8/255":1e-3},"record":{"a":[NaN]}}`, `{"values":{"clean_acc":NaN}}`, `{}`, ``,
		`{"values":{"clean_acc":"NaN","pgd_acc@8/255":-Infinity}}`, `{"failed":"x","cause":"memory"}`, `{"values":null}`, `"`,
		`{"values":{"clean_acc":1e999,"pgd_acc@8/255":1}}`, `{"failed":"\"NaN"}`, "{\"failed\":\"\xff\"}", `[`, `-`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := readResult(text)
		if err != nil {
			return
		}
		values, err := r.numbers(two)
		if err == nil {
			err = objective.Check(two, values)
		} else if !utf8.ValidString(err.Error()) {
			t.Errorf("%q: its error is no text: %q", text, err)
		} else {
			return
		}
		if err != nil {
			t.Errorf("%q: values %v: %v", text, values, err)
		}
	})
}

// Numbers that JSON has, and texts, stay as they are; those that it does not have are failures.
func TestNumbersAreReadAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "value")
		note := rapid.String().Draw(t, "note")
		if !utf8.ValidString(note) {
			note = "NaN, Infinity"
		}
		text, err := json.Marshal(map[string]any{"values": map[string]float64{"clean_acc": v, "pgd_acc@8/255": -v}, "record": note})
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Skip("JSON has no such number")
		}
		if err != nil {
			t.Fatal(err)
		}
		if again := quoted(text); string(again) != string(text) {
			t.Fatalf("%s became %s", text, again)
		}
		r, err := readResult(text)
		if err != nil {
			t.Fatal(err)
		}
		values, err := r.numbers(two)
		if err != nil || values[0] != v || values[1] != -v {
			t.Fatalf("%s: %v, %v", text, values, err)
		}
		var kept string
		if err := json.Unmarshal(r.Record, &kept); err != nil || kept != note {
			t.Fatalf("record %s, want %q: %v", r.Record, note, err)
		}
	})
}
