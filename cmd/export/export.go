// Package export has the command that writes a study in the format of another program.
package export

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report/optuna"
	"github.com/nassearch/nassearch/search/report/trials"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// format is a format of another program.
type format struct {
	name, ending, about string // the ending of its files, if they have one of their own
	// write writes a file; nil if the format is that of a server.
	write func(w io.Writer, name string, s study.Study, names space.Names) error
}

// formats are what a study can be written in.
var formats = []format{
	{"optuna-journal", "", `
the journal file of Optuna 4 and 5, which optuna-dashboard opens. Edges are categorical parameters,
failed trials have state FAIL, duplicates that used budget the attribute duplicate_of; times are those of
the virtual clock, which begins in the year 2000.`[1:],
		func(w io.Writer, name string, s study.Study, names space.Names) error {
			return optuna.Write(w, name, s.Result, names)
		}},
	{"csv", ".csv", `
one row a trial: its names, times, a column for each metric, why it failed, and all that the backend recorded
of the measurement. What there is not is empty.`[1:],
		func(w io.Writer, _ string, s study.Study, names space.Names) error {
			return trials.CSV(w, s.Result, names)
		}},
	{"parquet", ".parquet", `
the same rows as Apache Parquet, with types, which pandas, DuckDB and others open. What there is not is null.`[1:],
		func(w io.Writer, _ string, s study.Study, names space.Names) error {
			return trials.Parquet(w, s.Result, names)
		}},
	{toMLflow, "", aboutMLflow[1:], nil},
}

// chosen returns the format of a name or, if none was given, that of the file's ending.
func chosen(name string, given bool, path string) (format, error) {
	if !given {
		of := func(f format) bool { return f.ending != "" && strings.EqualFold(f.ending, filepath.Ext(path)) }
		return formats[max(0, slices.IndexFunc(formats, of))], nil
	}
	names := usage.Names(formats, func(f format) string { return f.name })
	if err := usage.OneOf("format", name, names, ", "); err != nil {
		return format{}, err
	}
	return formats[slices.Index(names, name)], nil
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	var forms []string
	long := "export reads a study's file (see --study) and writes it for another program:\n"
	for _, f := range formats {
		forms = append(forms, f.name)
		long += fmt.Sprintf("\n%s is %s\n", f.name, f.about)
	}
	var name, path string
	var to server
	cmd := &cobra.Command{
		Use:   "export STUDY",
		Short: "Write a study in the format of another program",
		Long:  long,
		Example: `  nassearch export run.jsonl --format optuna-journal --out run.log
  optuna-dashboard run.log
  nassearch export run.jsonl --out run.parquet
  nassearch export run.jsonl --format mlflow --tracking-uri http://localhost:5000`,
		Args: usage.Args(1, 1, "a study's file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := chosen(name, p.Given("format"), path)
			if err = cmp.Or(err, to.idle(p, f.name)); err != nil {
				return err
			}
			s, err := study.Read(p.Log, args[0])
			if err != nil {
				return err
			}
			names, err := p.Tables.Names(s.Space)
			if err != nil {
				return err
			}
			title := filepath.Base(study.WithoutEnding(s.Path))
			if f.write == nil {
				return to.send(cmd.Context(), p, title, s, names)
			}
			return p.Out.To(path, func(w io.Writer) error { return f.write(w, title, s, names) })
		},
	}
	usage.Choice(cmd, &name, "format", forms,
		"what to write: "+strings.Join(forms, ", ")+"; without it --out says so by its ending")
	to.register(cmd)
	cmd.Flags().StringVar(&path, "out", "-", "file to write, - for standard output")
	files.Writes(cmd.Flags(), "out")
	usage.Without(cmd, "what is written has a form of its own, see --format", "output")
	p.Tables.LeaveValues(cmd)
	return cmd
}
