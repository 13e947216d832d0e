package objective_test

import (
	"testing"

	"github.com/nassearch/nassearch/objective"
)

func TestSettingsThatDifferInFilesAlone(t *testing.T) {
	type settings = map[string]string
	was := settings{"command": "python a.py", objective.FileSetting("a.py"): "1"}
	for name, c := range map[string]struct {
		was, now settings
		want     bool
	}{
		"equal":           {was, settings{"command": "python a.py", objective.FileSetting("a.py"): "1"}, false},
		"none":            {nil, nil, false},
		"a file changed":  {was, settings{"command": "python a.py", objective.FileSetting("a.py"): "2"}, true},
		"a file less":     {was, settings{"command": "python a.py"}, true},
		"another command": {was, settings{"command": "python b.py", objective.FileSetting("a.py"): "2"}, false},
		"nothing known":   {was, nil, false},
	} {
		if got := objective.DifferInFiles(c.was, c.now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
		if got := objective.DifferInFiles(c.now, c.was); got != c.want {
			t.Errorf("%s, the other way: %v", name, got)
		}
	}
}
