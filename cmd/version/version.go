// Package version has the command that prints the program's version.
package version

import (
	"fmt"
	"io"
	"runtime"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
)

// build is the program for programs.
type build struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Example: "  nassearch version -o json",
		Args:    usage.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			b := build{p.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH}
			return p.Out.Print(output.Document{Text: b.text, CSV: b.sheet().CSV, JSON: b})
		},
	}
	p.Tables.Leave(cmd)
	return cmd
}

func (b build) text(w io.Writer) error {
	_, err := fmt.Fprintf(w, "nassearch %s %s %s/%s\n", b.Version, b.Go, b.OS, b.Arch)
	return err
}

func (b build) sheet() *sheet.Sheet {
	s := sheet.New("version", "go", "os", "arch")
	s.Add(sheet.Texts(b.Version, b.Go, b.OS, b.Arch)...)
	return s
}
