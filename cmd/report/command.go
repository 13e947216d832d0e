package report

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/spf13/pflag"
)

// commandLine is what repeats a study of a table, with the flags that the table was named by. Journals have all that a
// history follows from, so that those of earlier versions have one, too.
func commandLine(s study.Study, given *pflag.FlagSet) string {
	d := s.Study
	var names []string
	for _, m := range d.Objective {
		names = append(names, m.Brief())
	}
	args := []string{"--objective", strings.Join(names, ","), "--strategy", d.Strategy}
	for _, name := range slices.Sorted(maps.Keys(d.Options)) {
		args = append(args, "--option", name+"="+d.Options[name])
	}
	args = append(args, "--seed", strconv.FormatUint(d.Seed, 10), "--budget", strconv.Itoa(s.Queries))
	if d.Window != 1 {
		args = append(args, "--window", strconv.Itoa(d.Window))
	}
	if d.CountDuplicates {
		args = append(args, "--count-duplicates")
	}
	for _, bound := range d.Where {
		args = append(args, "--where", bound)
	}
	if d.Known {
		args = append(args, "--known")
	}
	for _, name := range []string{"data", "dataset", "meta", "rows"} {
		if f := given.Lookup(name); f != nil && f.Changed {
			args = append(args, "--"+name, f.Value.String())
		}
	}
	return env.Quote(args...)
}
