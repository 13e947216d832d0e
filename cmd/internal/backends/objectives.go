package backends

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
)

// Objectives splits "pgd_acc,params".
func Objectives(list string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			return nil, usage.Mark(fmt.Errorf("--objective %q: want names of metrics with commas between them", list))
		}
		if slices.Contains(names, name) {
			return nil, usage.Mark(fmt.Errorf("--objective %q: %s stands twice", list, name))
		}
		names = append(names, name)
	}
	return names, nil
}
