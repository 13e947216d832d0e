package page

import (
	"fmt"
	"io"

	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/svg"
	"github.com/nassearch/nassearch/search/report/article"
	"github.com/nassearch/nassearch/space"
)

type articleView struct {
	article.Article
	Parts []sectionView
}

type sectionView struct {
	article.Section
	Figures []captioned
	Cards   []card
}

// captioned is a figure of an article.
type captioned struct {
	pictured
	Title, Caption string
	Scroll         bool // it has its own size
}

// Article writes the page of an analysis. The space draws its cells, if it can; it may be nil.
func Article(w io.Writer, a article.Article, sp space.Space) error {
	v := articleView{Article: a}
	for _, s := range a.Sections {
		part := sectionView{Section: s}
		for _, p := range s.Pictures {
			f, err := drawn(p)
			if err != nil {
				return err
			}
			part.Figures = append(part.Figures, f)
		}
		for _, c := range s.Cells {
			part.Cards = append(part.Cards, cellCard(c, sp))
		}
		v.Parts = append(v.Parts, part)
	}
	return write(w, "article.html", v)
}

// Settings are what the numbers follow from.
func (v articleView) Settings() (all []setting) {
	for _, f := range v.Facts {
		all = append(all, setting(f))
	}
	return all
}

// drawn draws a figure of any kind.
func drawn(p article.Picture) (captioned, error) {
	c := captioned{Title: p.Figure.Caption(), Caption: p.Caption}
	switch f := p.Figure.(type) {
	case figure.Curves:
		c.pictured = both(svg.Curves, f)
	case figure.Scatter:
		c.pictured = both(svg.Scatter, f)
	case figure.Boxes:
		c.pictured = both(svg.Boxes, f)
	case figure.Ranks:
		c.pictured = both(svg.Ranks, f)
	case figure.Heat:
		c.Wide, c.Scroll = svg.Heat(f), true
	default:
		return c, fmt.Errorf("figure %s: a %T is not drawn on pages", p.Name, p.Figure)
	}
	return c, nil
}

func cellCard(c article.Cell, sp space.Space) card {
	k := card{Arch: string(c.Arch), Title: c.Title, Lines: c.Lines}
	if sp != nil {
		k.Picture = picture(sp, c.Arch)
	}
	for _, n := range c.Numbers {
		k.Numbers = append(k.Numbers, setting(n))
	}
	return k
}
