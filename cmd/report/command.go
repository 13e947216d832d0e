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

// commandLine is what repeats a study that asked a backend with a usual window, with the flags that the table or the
// images were named by, behind others. Journals have all that a history follows from, so that those of earlier versions
// have one, too.
func commandLine(s study.Study, given *pflag.FlagSet, window int, first ...string) string {
	d := s.Study
	args := append(first, "--objective", strings.Join(briefs(s), ","), "--strategy", d.Strategy)
	for _, name := range slices.Sorted(maps.Keys(d.Options)) {
		args = append(args, "--option", name+"="+d.Options[name])
	}
	args = append(args, "--seed", strconv.FormatUint(d.Seed, 10), "--budget", strconv.Itoa(s.Queries))
	if d.Window != window {
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
