// Package layers holds the project to its plan: who may import whom, and how large files and functions may be.
// It has nothing but tests.
package layers

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/nassearch/nassearch/"

// rooms maps a folder to the rooms that its packages may import besides their own, of ours and from elsewhere. A
// package is in the room with the longest name that begins its path.
var rooms = map[string]string{
	"internal":              "",
	"space":                 "",
	"space/spacetest":       "internal space",
	"robustness":            "internal",
	"trainer":               "internal space robustness gorgonia.org",
	"objective":             "internal space robustness",
	"objective/table":       "internal space objective robustness", // whose names stand in the layout
	"objective/live":        "internal space objective objective/table robustness trainer gorgonia.org",
	"objective/live/census": "internal space objective objective/table objective/live robustness trainer",
	"objective/live/survey": "internal space objective objective/table objective/live objective/live/census robustness",
	"objective/external":    "internal space objective",
	"objective/remote":      "internal space objective github.com/nats-io",
	"objective/analysis":    "internal space objective objective/table",
	"search":                "internal space objective",
	"strategies":            "internal space objective search",
	"cmd":                   "*",
	"examples":              "*",
}

// held are modules that only rooms which name them may import.
var held = []string{"gorgonia.org", "github.com/nats-io"}

// Arrows go internal, space, robustness <- trainer <- objective <- search <- strategies <- cmd, and none goes back.
func TestArrowsGoOneWay(t *testing.T) {
	for line := range strings.Lines(goList(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...")) {
		path, imports, _ := strings.Cut(strings.TrimSpace(line), " ")
		from := room(path)
		if from == "" {
			t.Errorf("%s is in no room: name it here and in the plan", path)
			continue
		}
		for _, imported := range strings.Fields(imports) {
			if to := room(imported); to != "" && to != from && !may(from, to) {
				t.Errorf("%s imports %s: room %s may import %q", path, imported, from, rooms[from])
			}
		}
	}
}

// Whoever searches a table carries neither a deep-learning framework nor a message broker.
func TestSearchNeedsNoFramework(t *testing.T) {
	for _, start := range []string{"search/...", "strategies/...", "objective/table/..."} {
		for _, dep := range strings.Fields(goList(t, "-deps", module+start)) {
			if slices.Contains(held, room(dep)) {
				t.Errorf("%s depends on %s", start, dep)
			}
		}
	}
}

func may(from, to string) bool {
	return rooms[from] == "*" || slices.Contains(strings.Fields(rooms[from]), to)
}

// room names where a package stands: in one of ours, in a module that is held, or, empty, neither.
func room(path string) string {
	inside, ours := strings.CutPrefix(path, module)
	names := held
	if ours {
		names = slices.Collect(maps.Keys(rooms))
	}
	longest := ""
	for _, name := range names {
		if (inside == name || strings.HasPrefix(inside, name+"/")) && len(name) > len(longest) {
			longest = name
		}
	}
	return longest
}

func goList(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}
