package searches

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/spf13/pflag"
)

// Line is the command line that makes a search again, whatever environment and configuration file it has read: all that
// its history depends on.
func (s *Search) Line(p *backend.Problem, r search.Result) (string, error) {
	chosen, err := s.Backends.Chosen(s.Env)
	if err != nil {
		return "", err
	}
	var args []string
	if chosen.Name != s.Backends.Names()[0] {
		args = append(args, "--backend", chosen.Name)
	}
	args = append(args, studied(r.Study, p.Window, s.limits(r))...)
	kernel := r.Study.Settings["kernel"]
	for _, f := range s.places(chosen) {
		if f.Name != "kernel" || kernel == "" {
			args = append(args, spoken(f)...)
		}
	}
	// What a processor is fastest with is another one elsewhere.
	if kernel != "" && chosen.Flags.Lookup("kernel") != nil {
		args = append(args, "--kernel", kernel)
	}
	for _, name := range []string{"features", "prior"} {
		args = append(args, spoken(s.flags.Lookup(name))...)
	}
	return env.Quote(args...), nil
}

// limits say when a search ends. One that was continued may have gone further than it was to go this time.
func (s *Search) limits(r search.Result) []string {
	x := s.Config
	late := func(t search.Trial) bool { return x.TimeBudget > 0 && t.Start >= x.TimeBudget }
	if r.Queries > x.Budget || slices.ContainsFunc(r.Trials, late) {
		return []string{"--budget", strconv.Itoa(r.Queries)}
	}
	var args []string
	if x.Budget < math.MaxInt {
		args = append(args, "--budget", strconv.Itoa(x.Budget))
	}
	if x.TimeBudget > 0 {
		args = append(args, "--time-budget", x.TimeBudget.String())
	}
	return args
}

// places are the flags of a backend that have been set, by whatever layer, and decide something.
func (s *Search) places(chosen backends.Bound) (set []*pflag.Flag) {
	chosen.Flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed && !slices.Contains(chosen.Apart, f.Name) {
			set = append(set, f)
		}
	})
	if f := s.flags.Lookup("dataset"); f.Changed {
		set = append(set, f)
	}
	return set
}

// Arguments are what a journal keeps of the flags: those that say where the things are that a history depends on, and
// of backends that this program knows nothing of, all. What networks are trained and measured by stands among a study's
// settings: whoever trained them, here or elsewhere, a journal is the same.
func (s *Search) Arguments(source string) ([]string, error) {
	chosen, err := s.Backends.Chosen(s.Env)
	if err != nil {
		return nil, err
	}
	places := s.places(chosen)
	var args []string
	if strings.HasPrefix(source, trained) {
		places = slices.DeleteFunc(places, func(f *pflag.Flag) bool {
			return follows(f.Name) || !s.ofLive(f.Name) || f.Value.String() == f.DefValue && !files.Named(f)
		})
	} else if chosen.Name != s.Backends.Names()[0] {
		args = append(args, "--backend="+chosen.Name)
	}
	for _, f := range places {
		args = append(args, written(f)...)
	}
	for _, name := range []string{"features", "prior"} {
		args = append(args, written(s.flags.Lookup(name))...)
	}
	return slices.DeleteFunc(args, func(arg string) bool { return !utf8.ValidString(arg) }), nil // which JSON cannot hold
}

// ofLive says whether a flag is one of --backend live, or the images.
func (s *Search) ofLive(flag string) bool {
	i := slices.IndexFunc(s.Backends.Bound, func(b backends.Bound) bool { return b.Name == live })
	return flag == "dataset" || i >= 0 && s.Backends.Bound[i].Flags.Lookup(flag) != nil
}

// tableWindow is how many proposals are in flight where a table is asked.
const tableWindow = 1

// TableLine is the command line that makes a study of a table again, with the flags that the table was named by.
// Journals have all that a history follows from, so that those of earlier versions have one, too.
func TableLine(r search.Result, given *pflag.FlagSet) string { return line(r, given, tableWindow) }

// line is what repeats a study of a backend with a usual window, behind the first arguments.
func line(r search.Result, given *pflag.FlagSet, window int, first ...string) string {
	args := append(first, studied(r.Study, window, []string{"--budget", strconv.Itoa(r.Queries)})...)
	for _, name := range []string{"data", "dataset", "meta", "rows"} {
		if f := given.Lookup(name); f != nil && f.Changed {
			args = append(args, spoken(f)...)
		}
	}
	return env.Quote(args...)
}

// studied are the arguments that every backend takes, of what a study was: those that a history follows from. A window
// that is the usual one is left out.
func studied(d search.Description, window int, limits []string) []string {
	args := []string{"--objective", strings.Join(Briefs(d.Objective), ","), "--strategy", d.Strategy}
	for _, name := range slices.Sorted(maps.Keys(d.Options)) {
		args = append(args, "--option", name+"="+d.Options[name])
	}
	args = append(args, "--seed", strconv.FormatUint(d.Seed, 10))
	args = append(args, limits...)
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
	return args
}

// Briefs are metrics as --objective has them.
func Briefs(metrics []objective.Metric) (names []string) {
	for _, m := range metrics {
		names = append(names, m.Brief())
	}
	return names
}

// values are the texts that give a flag its value, one for each time that it stands in a command line.
func values(f *pflag.Flag) []string {
	switch v := f.Value.(type) {
	case *env.Pairs:
		return *v
	case pflag.SliceValue:
		if f.Value.Type() == "stringArray" {
			return v.GetSlice()
		}
		return []string{strings.Trim(f.Value.String(), "[]")} // as such a list is read
	}
	return []string{f.Value.String()}
}

// spoken is a flag as people write it.
func spoken(f *pflag.Flag) (args []string) {
	if f.NoOptDefVal != "" {
		return written(f)
	}
	for _, v := range values(f) {
		args = append(args, "--"+f.Name, v)
	}
	return args
}

// written is a flag with every value in one word.
func written(f *pflag.Flag) (args []string) {
	for _, v := range values(f) {
		args = append(args, "--"+f.Name+"="+v)
	}
	return args
}
