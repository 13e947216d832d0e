package article_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// made up, with everything that an article can have.
func whole() article.Article {
	brief, all := sheet.New("measure", "tau"), sheet.New("measure", "tau", "low", "high")
	brief.Title = "Measures"
	brief.Add(sheet.Text("params"), sheet.Number(.25, "0.25"))
	all.Add(sheet.Text("params"), sheet.Float(.25), sheet.Float(.2), sheet.Float(.3))
	more := sheet.New("eps")
	more.Add(sheet.Text("1/255"))
	return article.Article{
		Title: "What it tells", Lead: "a table", Warnings: []string{"Few classes."}, Conclusions: []string{"It tells little."},
		Sections: []article.Section{{
			Name: "first", Title: "First", Lead: "what is shown", Sentences: []string{"A sentence."},
			Pictures: []article.Picture{{Name: "heat", Shown: true, Figure: figure.Heat{
				Rows: []string{"params"}, Columns: []string{"a", "b"}, Values: [][]float64{{.5, math.NaN()}},
			}}},
			Tables: []article.Table{{Name: "measures", Brief: brief, All: all, Note: "a note"},
				{Name: "more", Brief: more, Folded: true}},
		}},
		Facts: []article.Fact{{Name: "classes", Text: "6,466"}}, Program: "1.2", Command: "nassearch analyze",
	}
}

func TestTextIsWhatStandsOnThePage(t *testing.T) {
	var b bytes.Buffer
	if err := whole().Text(&b, false); err != nil {
		t.Fatal(err)
	}
	const want = `classes  6,466

! Few classes.

- It tells little.

FIRST
what is shown

- A sentence.

                1     2 
  1  params ▒ .50

columns
  1  a
  2  b

Measures
measure  tau
params   0.25
a note
`
	if b.String() != want {
		t.Errorf("%s\nwant\n%s", &b, want)
	}
}

func TestCSVIsTheFirstTable(t *testing.T) {
	var b bytes.Buffer
	if err := whole().CSV(&b); err != nil || b.String() != "measure,tau,low,high\nparams,0.25,0.2,0.3\n" {
		t.Errorf("%q, %v", &b, err)
	}
	if err := (article.Article{Title: "Nothing"}).CSV(&b); err == nil {
		t.Error("no error where there is no table")
	}
}

func TestLaTeXHasATableEach(t *testing.T) {
	var b bytes.Buffer
	a := whole()
	if err := a.LaTeX(&b, a.Tables()...); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); strings.Count(got, `\begin{tabular}`) != 2 ||
		!strings.HasPrefix(got, "% a table\n% made by nassearch 1.2: nassearch analyze\n% a note\n") {
		t.Errorf("%s", got)
	}
}

func TestPicturesAreFiles(t *testing.T) {
	for _, p := range whole().Pictures() {
		var b bytes.Buffer
		if err := p.Write(&b, "svg"); err != nil || !strings.Contains(b.String(), "params") {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}
