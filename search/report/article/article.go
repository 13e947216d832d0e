// Package article has what an analysis found as people read it: sentences, pictures and tables in sections. It writes
// them as text, CSV and LaTeX; package page as a page.
package article

import (
	"fmt"
	"io"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// Article is an analysis.
type Article struct {
	Title       string
	Lead        string   // one line that says of what the numbers are
	Warnings    []string // what casts doubt on all that follows
	Conclusions []string // whole sentences, each with its uncertainty; the most important first
	Sections    []Section
	Numbers     string // name of the table that is printed as CSV; the first if it is empty
	Facts       []Fact // what the numbers follow from: the table, the classes, how intervals are made
	Program     string // version
	Command     string // that made it
}

// Fact is a line of a list: "classes", "6,285 of 6,466 have a score".
type Fact struct{ Name, Text string }

// Section is a part with a heading. What it lacks is left out.
type Section struct {
	Name      string // in addresses: "correlations"
	Title     string
	Lead      string   // what is shown
	Sentences []string // what follows from it
	Pictures  []Picture
	Tables    []Table
	Cells     []Cell
}

// Picture is a figure with the name of its file, without an ending. Names are distinct in an article.
type Picture struct {
	Name    string
	Figure  figure.Picture
	Caption string // below it on a page
	Shown   bool   // on a terminal too; heat maps alone
}

// Write draws the picture as svg, png or pdf.
func (p Picture) Write(w io.Writer, format string) error { return plot.Write(w, format, p.Figure) }

// Table is a sheet with the name of its files, without an ending. Names are distinct in an article.
type Table struct {
	Name   string
	Brief  *sheet.Sheet // for people
	All    *sheet.Sheet // for programs; nil if that is Brief
	Note   string       // below it
	Folded bool         // shown on a page if it is asked for, and not on a terminal
}

// CSV writes all of the table for programs.
func (t Table) CSV(w io.Writer) error {
	if t.All != nil {
		return t.All.CSV(w)
	}
	return t.Brief.CSV(w)
}

// Cell is an architecture that is drawn on a page, with what is to be said of it.
type Cell struct {
	Arch    space.Arch
	Title   string
	Lines   []string
	Numbers []Fact // folded away
	Drawing string // on a terminal, which does not show the cell without it
}

// Pictures are those of all sections.
func (a Article) Pictures() (all []Picture) {
	for _, s := range a.Sections {
		all = append(all, s.Pictures...)
	}
	return all
}

// Tables are those of all sections.
func (a Article) Tables() (all []Table) {
	for _, s := range a.Sections {
		all = append(all, s.Tables...)
	}
	return all
}

// CSV writes the table of the numbers that the analysis is about.
func (a Article) CSV(w io.Writer) error {
	for _, t := range a.Tables() {
		if a.Numbers == "" || t.Name == a.Numbers {
			return t.CSV(w)
		}
	}
	return fmt.Errorf("%s: there is no table %s", a.Title, a.Numbers)
}

// LaTeX writes tables for papers (package booktabs), one after the other, with what they are of in comments.
func (a Article) LaTeX(w io.Writer, tables ...Table) error {
	for i, t := range tables {
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		comments := []string{a.Lead, fmt.Sprintf("made by nassearch %s: %s", a.Program, a.Command)}
		if t.Note != "" {
			comments = append(comments, t.Note)
		}
		if err := sheet.LaTeX(w, comments, t.Brief); err != nil {
			return err
		}
	}
	return nil
}
