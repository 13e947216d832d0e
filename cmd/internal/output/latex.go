package output

import (
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// LaTeX is the form of tables for papers. Only some commands have it.
const LaTeX = "latex"

// hasLaTeX is the annotation of a command whose results have that form.
const hasLaTeX = "nassearch: latex"

// AllowLaTeX says that the results of a command can be printed as LaTeX.
func AllowLaTeX(cmd *cobra.Command) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations[hasLaTeX] = ""
}

// formsOf lists the names of the forms that a command's results have.
func (p *Printer) formsOf(cmd *cobra.Command) []string {
	names := p.Forms()
	if _, ok := cmd.Annotations[hasLaTeX]; !ok {
		names = slices.DeleteFunc(names, func(name string) bool { return name == LaTeX })
	}
	return names
}

// Check returns an error for a form that a command's results do not have.
func (p *Printer) Check(cmd *cobra.Command) error {
	return usage.OneOf("output", p.Form, p.formsOf(cmd), ", ")
}

// complete lists the forms that begin with a word.
func (p *Printer) complete(cmd *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
	begun := slices.DeleteFunc(p.formsOf(cmd), func(form string) bool { return !strings.HasPrefix(form, word) })
	return begun, cobra.ShellCompDirectiveNoFileComp
}
