package protocol

import (
	"errors"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// What was begun on another processor is not continued by other arithmetic, unless that is asked for; it may be
// measured again.
func TestKernelsOfOtherProcessors(t *testing.T) {
	usual, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ named, recorded, continues, repeats string }{
		{"", "", usual.Name, usual.Name},
		{"", "generic", "generic", "generic"},
		{"winograd", "generic", "winograd", "winograd"},
		{"", "neon", "", usual.Name},
		{"generic", "neon", "generic", "generic"},
		{"neon", "generic", "", ""},
	} {
		k := Kernel{c.named}
		for what, want := range map[string]string{"continue": c.continues, "repeat": c.repeats} {
			var got *kernel.Kernel
			if what == "repeat" {
				got, err = k.Repeat(c.recorded)
			} else {
				got, err = k.Continue("checkpoint c.st", c.recorded)
			}
			var unknown *kernel.UnknownError
			switch {
			case want == "" && !errors.As(err, &unknown):
				t.Errorf("%+v, %s: error %v", c, what, err)
			case want != "" && (err != nil || got.Name != want):
				t.Errorf("%+v, %s: %v, %v", c, what, got, err)
			case want == "" && c.named == "" && !strings.HasPrefix(err.Error(), "checkpoint c.st needs the arithmetic"):
				t.Errorf("%+v, %s: error %v", c, what, err)
			}
		}
	}
}
