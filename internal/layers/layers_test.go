// Package layers holds the project to its plan of who may import whom.
package layers

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/nassearch/nassearch/"

// Arrows go {space, robustness} <- objective <- search <- strategies <- cmd, and {space, robustness} <- trainer.
func TestArrowsGoOneWay(t *testing.T) {
	for _, c := range []struct{ room, forbidden string }{
		{"space/...", "objective search strategies trainer robustness cmd"},
		{"objective", "search strategies trainer cmd"},
		{"objective/table", "search strategies trainer cmd"},
		{"search/...", "strategies trainer cmd"},
		{"strategies/...", "trainer cmd"},
		{"robustness/...", "space objective search strategies trainer cmd"},
		{"trainer/...", "objective search strategies cmd"},
	} {
		for _, dep := range dependencies(t, c.room) {
			for _, room := range strings.Fields(c.forbidden) {
				if inside := strings.TrimPrefix(dep, module); inside != dep && (inside == room || strings.HasPrefix(inside, room+"/")) {
					t.Errorf("%s depends on %s", c.room, dep)
				}
			}
		}
	}
}

// Whoever searches a table should not carry a deep-learning framework.
func TestSearchNeedsNoGorgonia(t *testing.T) {
	for _, room := range []string{"search/...", "strategies/...", "objective/table"} {
		for _, dep := range dependencies(t, room) {
			if strings.Contains(dep, "gorgonia") {
				t.Errorf("%s depends on %s", room, dep)
			}
		}
	}
}

func dependencies(t *testing.T, room string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", module+room).Output()
	if err != nil {
		t.Fatalf("go list -deps %s: %v", room, err)
	}
	return strings.Fields(string(out))
}
