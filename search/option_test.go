package search

import (
	"errors"
	"testing"
)

func TestOptionsAreResolvedAndChecked(t *testing.T) {
	declared := []Option{
		IntOption("n", 3, 1, 10, ""), FloatOption("x", 0.5, 0, 1, ""), ChoiceOption("way", "", "first", "best"),
	}
	o, err := resolve("s", declared, map[string]string{"n": "07", "x": "1e-1"})
	if err != nil {
		t.Fatal(err)
	}
	if o.Int("n") != 7 || o["n"] != "7" || o.Float("x") != 0.1 || o["x"] != "0.1" || o.Choice("way") != "first" {
		t.Errorf("resolved to %v", o)
	}
	for name, value := range map[string]string{"n": "0", "x": "1.01", "way": "worst", "y": "1"} {
		_, err := resolve("s", declared, map[string]string{name: value})
		var wrong *OptionError
		if !errors.As(err, &wrong) || wrong.Option != name || wrong.Strategy != "s" {
			t.Errorf("%s=%s: error %v", name, value, err)
		}
	}
	for _, value := range []string{"", "many", "1.5", "NaN"} {
		if _, err := resolve("s", declared, map[string]string{"n": value}); err == nil {
			t.Errorf("n=%s was accepted", value)
		}
	}
	if _, err := resolve("s", declared, map[string]string{"x": "NaN"}); err == nil {
		t.Error("x=NaN was accepted")
	}
}

// Who misspells an option that has to be given is told of the name that there is not, and not of what is missing then.
func TestUnknownOptionsAreToldFirst(t *testing.T) {
	declared := []Option{TextOption("command", "", "", func(text string) error {
		if text == "" {
			return errors.New("it is empty")
		}
		return nil
	})}
	_, err := resolve("s", declared, map[string]string{"comand": "x"})
	if wrong, ok := errors.AsType[*OptionError](err); !ok || wrong.Option != "comand" {
		t.Errorf("error %v, want one of comand", err)
	}
}

func TestOptionsStandAfterTheirStrategy(t *testing.T) {
	for want, options := range map[string]Options{
		"evolution population=30 tournament=10": {"tournament": "10", "population": "30"},
		"evolution":                             {},
	} {
		if got := options.After("evolution"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
