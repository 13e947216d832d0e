// Package export has the command that writes a study in the format of another program.
package export

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report/optuna"
	"github.com/spf13/cobra"
)

// format is a format of another program.
type format struct {
	name, about string
	write       func(w io.Writer, name string, s study.Study) error
}

// formats are what a study can be written in.
var formats = []format{
	{"optuna-journal", `
the journal file of Optuna 4 and 5, which optuna-dashboard opens. Edges are categorical parameters,
failed trials have state FAIL, duplicates are trials with the attribute duplicate_of; times are those of
the virtual clock, which begins in the year 2000.`[1:],
		func(w io.Writer, name string, s study.Study) error { return optuna.Write(w, name, s.Result, s.Space) }},
}

// Command returns the command.
func Command(out *output.Printer) *cobra.Command {
	var names []string
	long := "export reads a study's file (see --study) and writes it for another program:\n"
	for _, f := range formats {
		names = append(names, f.name)
		long += fmt.Sprintf("\n  %-14s  %s", f.name, strings.ReplaceAll(f.about, "\n", "\n"+strings.Repeat(" ", 18)))
	}
	var name, path string
	cmd := &cobra.Command{
		Use:   "export STUDY",
		Short: "Write a study in the format of another program",
		Long:  long,
		Example: `  nassearch export run.jsonl --format optuna-journal --out run.log
  optuna-dashboard run.log`,
		Args: usage.Args(cobra.ExactArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			for _, f := range formats {
				if f.name == name {
					return export(out, args[0], path, f)
				}
			}
			return usage.Mark(fmt.Errorf("--format %q: want %s", name, strings.Join(names, " or ")))
		},
	}
	cmd.Flags().StringVar(&name, "format", names[0], "what to write: "+strings.Join(names, ", "))
	cmd.Flags().StringVar(&path, "out", "-", "file to write, - for standard output")
	usage.Complete(cmd, "format", names...)
	return cmd
}

func export(out *output.Printer, from, to string, f format) error {
	s, err := study.Read(from)
	if err != nil {
		return err
	}
	return out.To(to, func(w io.Writer) error { return f.write(w, filepath.Base(s.WithoutEnding()), s) })
}
