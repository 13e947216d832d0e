// Package files knows which flags name files and folders: shells complete them, and what a command reads is never
// overwritten by what it writes.
package files

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// role is what becomes of a file. It is the annotation of a flag that names one.
type role string

const (
	reads     role = "nassearch: reads"
	readsKind role = "nassearch: reads a kind"
	pictures  role = "nassearch: reads pictures"
	columns   role = "nassearch: reads columns"
	writes    role = "nassearch: writes"
	continues role = "nassearch: continues"
	fills     role = "nassearch: fills"
	within    role = "nassearch: within" // a folder that a flag names
)

// Reads says that a flag names something that is read: a file with one of some endings, or a folder.
func Reads(f *pflag.FlagSet, flag string, endings ...string) { note(f, flag, reads, endings) }

// ReadsKind says that a flag names something that is read as "idx:DIR" and the like do; a name without a kind is no
// file.
func ReadsKind(f *pflag.FlagSet, flag string) { note(f, flag, readsKind, nil) }

// ReadsPictures says that a flag names a folder of pictures that is read.
func ReadsPictures(f *pflag.FlagSet, flag string) { note(f, flag, pictures, nil) }

// ReadsColumns says that a flag, which may be repeated, names tables that are read as "FILE" or "FILE:column,column".
func ReadsColumns(f *pflag.FlagSet, flag string, endings ...string) { note(f, flag, columns, endings) }

// Writes says that a flag names a file that is written.
func Writes(f *pflag.FlagSet, flag string, endings ...string) { note(f, flag, writes, endings) }

// Continues says that a flag names a file that is read if it is there, and kept up to date.
func Continues(f *pflag.FlagSet, flag string, endings ...string) { note(f, flag, continues, endings) }

// Fills says that a flag names a folder that gets files of these names.
func Fills(f *pflag.FlagSet, flag string, names ...string) { note(f, flag, fills, names) }

// Named says whether a flag names something that is read.
func Named(f *pflag.Flag) bool {
	for _, r := range []role{reads, readsKind, pictures, columns} {
		if _, ok := f.Annotations[string(r)]; ok {
			return true
		}
	}
	return false
}

// note keeps what a flag names, and what shells complete it by. The flag must be there.
func note(f *pflag.FlagSet, flag string, r role, texts []string) {
	err := f.SetAnnotation(flag, string(r), texts)
	switch {
	case r == fills:
		err = errors.Join(err, cobra.MarkFlagDirname(f, flag))
	case len(texts) > 0:
		err = errors.Join(err, cobra.MarkFlagFilename(f, flag, texts...))
	}
	if err != nil {
		panic(err) // a mistake in the declaration of the command
	}
}

// output is what a flag says is to be written.
type output struct {
	called, path string
	role         role
}

// Check returns a mistake if something that a command is to write would take the place of what it reads, or of
// something else that it writes, and an error if it cannot be written: before anything is computed for it.
func Check(cmd *cobra.Command, args []string) error {
	in := Inputs(cmd, args)
	var before []output
	for _, o := range outputs(cmd) {
		if err := o.check(in); err != nil {
			return err
		}
		for _, other := range before {
			if Same(o.path, other.path) {
				return usage.Mark(fmt.Errorf("%s and %s are both %s: name two files", other.called, o.called, other.path))
			}
		}
		before = append(before, o)
	}
	return nil
}

// Spare returns a mistake if a file, which is called so, may not be written for the sake of what is read.
func Spare(called, path string, in []Input) error { return output{called, path, writes}.check(in) }

// Input is a file or a folder that is read.
type Input struct {
	path     string
	pictures bool // the folder may hold some, which are read
}

// Inputs lists what a command reads of what is there: its arguments, what flags name, and parts of both such as the
// files of "cifar10:FILE,FILE".
func Inputs(cmd *cobra.Command, args []string) (in []Input) {
	texts := append([]string{}, args...)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		text := f.Value.String()
		_, whole := f.Annotations[string(reads)]
		_, kind := f.Annotations[string(readsKind)]
		if usage.Means(cmd, f) && (whole || kind && strings.Contains(text, ":")) {
			texts = append(texts, text)
		}
		if _, ok := f.Annotations[string(pictures)]; ok && text != "" {
			in = append(in, Input{text, true})
		}
		if _, ok := f.Annotations[string(columns)]; ok {
			in = append(in, tables(f)...)
		}
	})
	for _, text := range texts {
		kind, behind, _ := strings.Cut(text, ":")
		for _, path := range append(strings.Split(behind, ","), text, behind) {
			if _, err := os.Stat(path); path != "" && err == nil {
				in = append(in, Input{path, kind == "folder"})
			}
		}
	}
	return in
}

// tables lists what the values of a flag may name: what stands before any of their colons, or the whole.
func tables(f *pflag.Flag) (in []Input) {
	values, ok := f.Value.(pflag.SliceValue)
	if !ok {
		return nil
	}
	for _, text := range values.GetSlice() {
		for i, r := range text + ":" {
			if r != ':' {
				continue
			}
			if _, err := os.Stat(text[:i]); i > 0 && err == nil {
				in = append(in, Input{path: text[:i]})
			}
		}
	}
	return in
}

// outputs lists what flags say is to be written, with the files that folders get, and last what is continued.
func outputs(cmd *cobra.Command) (all []output) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		called, path := "--"+f.Name, f.Value.String()
		if path == "" || path == "-" {
			return
		}
		for _, r := range []role{writes, continues} {
			if _, ok := f.Annotations[string(r)]; ok {
				all = append(all, output{called, path, r})
			}
		}
		if names, ok := f.Annotations[string(fills)]; ok {
			all = append(all, output{called, path, fills})
			for _, name := range names {
				all = append(all, output{called, filepath.Join(path, name), within})
			}
		}
	})
	slices.SortStableFunc(all, func(a, b output) int { return last(a.role) - last(b.role) })
	return all
}

func last(r role) int {
	if r == continues {
		return 1
	}
	return 0
}

// check compares an output with what is read, and sees whether it can be written. What is to be continued says itself
// whether it is such a file.
func (o output) check(in []Input) error {
	if o.role == continues {
		return nil
	}
	info, err := os.Stat(o.path)
	if o.role == fills && err == nil && !info.IsDir() {
		return fmt.Errorf("%s %s is a file: name a folder", o.called, o.path)
	}
	for _, i := range in {
		if Same(o.path, i.path) || o.role == writes && i.holds(o.path) {
			return usage.Mark(fmt.Errorf("%s %s would overwrite what is read: name another", o.called, o.path))
		}
	}
	switch {
	case o.role != writes:
		return nil
	case IsLog(o.path):
		return usage.Mark(fmt.Errorf("%s %s would overwrite a study, or another log that this program continues: "+
			"name another file, or remove it first", o.called, o.path))
	}
	if err := atomicfile.Writable(o.path); err != nil {
		return fmt.Errorf("%s: %w", o.called, err)
	}
	return nil
}
