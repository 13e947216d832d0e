package compare

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Any value comes through --strategies once its commas and colons have backslashes, whatever stands beside it.
func TestValuesWithSeparators(t *testing.T) {
	escape := strings.NewReplacer(",", `\,`, ":", `\:`)
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringMatching(`[a-z,:= /'"]{0,12}[a-z]`).Draw(t, "value")
		all, err := contenders("random,mine=exec:command=" + escape.Replace(value) + ":timeout=5,evolution")
		if err != nil {
			t.Fatal(err)
		}
		if len(all) != 3 || all[1].Options["command"] != value || all[1].Options["timeout"] != "5" {
			t.Errorf("%q is read as %+v", value, all)
		}
	})
}
