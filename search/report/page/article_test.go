package page_test

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/search/report/page"
	"github.com/nassearch/nassearch/search/report/sheet"
)

// analysisPage is the page of an analysis with everything, whose texts would be markup if nobody took care.
func analysisPage(t *testing.T) string {
	t.Helper()
	s := sheet.New("measure", "tau")
	s.Add(sheet.Text("<b>params"), sheet.Number(.25, "0.25"))
	sp := cells(t)
	a := article.Article{
		Title: "What <i>tells</i>", Lead: "a table", Warnings: []string{"Few."}, Conclusions: []string{"It tells <little>."},
		Sections: []article.Section{{
			Name: "first", Title: "First", Sentences: []string{"A sentence."},
			Pictures: []article.Picture{
				{Name: "heat", Caption: "below", Figure: figure.Heat{
					Title: "taus", Rows: []string{"<b>params"}, Columns: []string{"pgd_acc@1/255", "b"},
					Values: [][]float64{{-.5, math.NaN()}}}},
				{Name: "curves", Figure: figure.Curves{Series: []figure.Series{{Name: "one", X: []float64{1, 2}, Y: []float64{0, 1}}}}},
				{Name: "scatter", Figure: figure.Scatter{Points: []figure.Point{{X: 1, Y: 2}}}},
				{Name: "boxes", Figure: figure.Boxes{}}, {Name: "ranks", Figure: figure.Ranks{}},
			},
			Tables: []article.Table{{Name: "measures", Brief: s, Note: "a note"}, {Name: "more", Brief: s, Folded: true}},
			Cells:  []article.Cell{{Arch: sp.Class(7), Title: "a cell", Numbers: []article.Fact{{Name: "params", Text: "1"}}}},
		}},
		Facts: []article.Fact{{Name: "classes", Text: "6,466"}}, Program: "1.2", Command: "nassearch analyze",
	}
	var b bytes.Buffer
	if err := page.Article(&b, a, sp); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArticleIsAPage(t *testing.T) {
	got := analysisPage(t)
	for text, times := range map[string]int{
		"<h1>What &lt;i&gt;": 1, "It tells &lt;little&gt;.": 1, "<svg class=\"chart": 9, "-.50</text>": 1, "class=\"card\"": 1,
		"<details><summary>more": 1, "6,466": 1, "<b>params": 0, "http://www.w3.org/1999": 0, "class=\"warning\"": 1,
	} {
		if n := strings.Count(got, text); n != times {
			t.Errorf("%d times %s, want %d", n, text, times)
		}
	}
}

// On a phone nothing but what may be scrolled is wider than the page.
func TestArticleFitsAPhone(t *testing.T) {
	b := open(t, analysisPage(t), 390, 800)
	b.is(false, "document.documentElement.scrollWidth > 390")
	b.close()
}
