package searches

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/backends"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search"
	"github.com/spf13/pflag"
)

// Of completes a search so that it is the one that a study was: by the study's own header, by what it keeps of the
// command line that began it, and by those flags of a command that say where things are now, which win. Path is the
// study's file.
func (s *Search) Of(
	ctx context.Context, path string, d search.Description, cmd *pflag.FlagSet,
) (*backend.Problem, error) {
	s.Study = path
	if err := s.choose(d, cmd); err != nil {
		return nil, err
	}
	chosen, err := s.Backends.Chosen(s.Env)
	if err != nil {
		return nil, err
	}
	args := slices.DeleteFunc(slices.Clone(d.Arguments), func(arg string) bool { return s.Given(flagOf(arg)) })
	for _, name := range []string{"features", "prior"} {
		if s.Given(name) {
			args = append(args, written(cmd.Lookup(name))...)
		}
	}
	s.pristine(chosen)
	all := pflag.NewFlagSet(path, pflag.ContinueOnError)
	s.Register(all)
	all.AddFlagSet(chosen.Flags)
	all.AddFlag(cmd.Lookup("backend"))
	all.AddFlag(cmd.Lookup("dataset"))
	if err := all.Parse(append(args, studied(d, 0, nil)...)); err != nil {
		return nil, fmt.Errorf("what was kept of its command line: %w", err)
	}
	if chosen.Name == live && strings.HasPrefix(d.Source, trained) {
		settings, err := liveFlags(ctx, s.Program, d, s.given(chosen))
		if err != nil {
			return nil, err
		}
		if err := all.Parse(settings); err != nil {
			return nil, err
		}
	}
	s.Config.MaxDuplicates = d.MaxDuplicates
	p, err := s.Ask(ctx)
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: say where it is now, by the flag that named it", err)
	}
	return p, err
}

// choose chooses the backend, unless the command line does: the one that the study keeps, the one whose fingerprint it
// has, or that of tables.
func (s *Search) choose(d search.Description, cmd *pflag.FlagSet) error {
	if s.Given("backend") {
		return nil
	}
	name := s.Backends.Names()[0]
	if strings.HasPrefix(d.Source, trained) {
		name = live
	}
	for _, arg := range d.Arguments {
		if flagOf(arg) == "backend" {
			_, name, _ = strings.Cut(arg, "=")
		}
	}
	return cmd.Set("backend", name)
}

// flagOf is the name of the flag of an argument such as --data=table.csv.
func flagOf(arg string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
	return name
}

// pristine takes from a backend's flags what environment and configuration file say, which a study is no matter of, but
// for where things are.
func (s *Search) pristine(b backends.Bound) {
	b.Flags.VisitAll(func(f *pflag.Flag) {
		if !f.Changed || s.Given(f.Name) || slices.Contains(b.Apart, f.Name) || files.Named(f) {
			return
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			_ = list.Replace(nil) // of nothing, nothing can be wrong
		} else {
			_ = f.Value.Set(f.DefValue) // which it has had
		}
		f.Changed = false
	})
}

// given are the arguments of a backend's flags that have been set, but for the images.
func (s *Search) given(b backends.Bound) (args []string) {
	b.Flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			args = append(args, written(f)...)
		}
	})
	return args
}

// Changed says that a search is not the one that a study was; nil if it is.
func Changed(was, now search.Description) error {
	diffs := search.Differences(was, now)
	if len(diffs) == 0 {
		return nil
	}
	var before, after []string
	for _, d := range diffs {
		before, after = append(before, d.Setting+"="+d.Was), append(after, d.Setting+"="+d.Now)
	}
	return fmt.Errorf("it was made with %s, now %s: %s", strings.Join(before, " "), strings.Join(after, " "),
		mend(was, diffs))
}

// mend says what to do about differences.
func mend(was search.Description, diffs []search.Difference) string {
	scored := func(d search.Difference) bool { return d.Setting == "scores" || was.Scores[d.Setting] != "" }
	switch {
	case slices.ContainsFunc(diffs, scored):
		return "name the same scores by --features and --prior, in files of the same names"
	case strings.HasPrefix(was.Source, trained):
		return "name the same images by --dataset, or use the version that made it"
	}
	return "name what it asked, a table by --data and --dataset, or another by --backend and its flags"
}

// Misused says of an error that it is no mistake in the command line unless that has flags of a backend or of scores.
func (s *Search) Misused(err error) error {
	given := s.Given("backend") || s.Given("dataset") || s.Given("features") || s.Given("prior")
	for _, b := range s.Backends.Bound {
		b.Flags.VisitAll(func(f *pflag.Flag) { given = given || s.Given(f.Name) })
	}
	if given {
		return err
	}
	return usage.Unmark(err)
}
