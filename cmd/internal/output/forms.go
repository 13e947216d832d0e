package output

import (
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
)

// Forms that only some commands have: tables for papers, and whole documents.
const (
	LaTeX    = "latex"
	Markdown = "markdown"
	HTML     = "html"
)

// allowed begins the annotation of a command whose results have one of these forms.
const allowed = "nassearch: form "

// Allow says that the results of a command can be printed in forms that only some have.
func Allow(cmd *cobra.Command, forms ...string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	for _, form := range forms {
		cmd.Annotations[allowed+form] = ""
	}
}

// formsOf lists the names of the forms that a command's results have.
func (p *Printer) formsOf(cmd *cobra.Command) []string {
	return slices.DeleteFunc(p.Forms(), func(name string) bool {
		_, ok := cmd.Annotations[allowed+name]
		return !ok && slices.Contains([]string{LaTeX, Markdown, HTML}, name)
	})
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
