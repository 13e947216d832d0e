// Package plot draws figures for print, as SVG, PNG or PDF.
package plot

import (
	"bytes"
	"fmt"
	"image/color"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/plain"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgpdf"
	"gonum.org/v1/plot/vg/vgsvg"
)

// drawing is a picture that knows its size, with the caption, and draws what is below that.
type drawing interface {
	size() (width, height vg.Length)
	draw(draw.Canvas)
}

// of is the drawing of a picture; nil if it is of no known kind.
func of(p figure.Picture) drawing {
	switch p := p.(type) {
	case figure.Curves:
		return curves{p}
	case figure.Scatter:
		return scatter{p}
	case figure.Ranks:
		return ranks{p}
	case figure.Boxes:
		return boxes{p}
	case figure.Heat:
		return heat{p}
	}
	return nil
}

// Formats lists the file formats that Write knows.
func Formats() []string { return []string{"svg", "png", "pdf"} }

// Format returns the format that a file's name ends with.
func Format(file string) (string, error) {
	format := strings.ToLower(strings.TrimPrefix(filepath.Ext(file), "."))
	if !slices.Contains(Formats(), format) {
		return "", fmt.Errorf("%s: want a name that ends with .%s", file, strings.Join(Formats(), " or ."))
	}
	return format, nil
}

// resolution is that of PNG files, in dots per inch.
const resolution = 200

// Write draws a picture in one of [Formats]. Equal pictures give equal files.
func Write(w io.Writer, format string, p figure.Picture) error {
	d := of(p)
	if d == nil {
		return fmt.Errorf("figure %T: want one of the kinds of package figure", p)
	}
	width, height := d.size()
	var c interface {
		vg.CanvasSizer
		io.WriterTo
	}
	switch format {
	case "svg":
		c = vgsvg.New(width, height)
	case "png":
		c = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(resolution))}
	case "pdf":
		undated()
		c = vgpdf.New(width, height)
	default:
		return fmt.Errorf("figure format %q: want %s", format, strings.Join(Formats(), ", "))
	}
	canvas := draw.New(cleaned{c})
	canvas.FillPolygon(paper, []vg.Point{{}, {X: width}, {X: width, Y: height}, {Y: height}})
	d.draw(caption(canvas, p.Caption()))
	if format != "svg" {
		_, err := c.WriteTo(w)
		return err
	}
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return err
	}
	_, err := w.Write(bytes.ReplaceAll(b.Bytes(), []byte(ownFont), []byte(anyFont)))
	return err
}

// undated makes PDF files equal that are of equal figures: without the time when they were made, and with their parts
// in a fixed order. The library under vgpdf takes that for all files alone.
var undated = sync.OnceFunc(func() {
	then := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	fpdf.SetDefaultCreationDate(then)
	fpdf.SetDefaultModificationDate(then)
	fpdf.SetDefaultCatalogSort(true)
})

// cleaned is a canvas whose texts are what can be seen.
type cleaned struct{ vg.CanvasSizer }

// FillString implements [vg.Canvas].
func (c cleaned) FillString(f font.Face, at vg.Point, text string) {
	c.CanvasSizer.FillString(f, at, plain.Text(text))
}

// An SVG file names its font; where that is not installed, ones of the same widths follow.
const (
	ownFont = "font-family:Liberation Sans;"
	anyFont = "font-family:'Liberation Sans',Arial,Helvetica,sans-serif;"
)

// The colours of all figures.
var (
	paper  = color.White
	ink    = color.NRGBA{0x26, 0x2b, 0x33, 0xff}
	faint  = color.NRGBA{0x6b, 0x72, 0x7c, 0xff} // less important text
	grid   = color.NRGBA{0xe3, 0xe5, 0xe8, 0xff}
	blue   = color.NRGBA{0x3f, 0x6a, 0x96, 0xff}
	pale   = color.NRGBA{0xc4, 0xd5, 0xe6, 0xff} // of blue
	grey   = color.NRGBA{0x7f, 0x86, 0x8f, 0xff}
	silver = color.NRGBA{0xdd, 0xdf, 0xe2, 0xff} // of grey
	red    = color.NRGBA{0xb5, 0x4a, 0x41, 0xff}
)

// Sizes of text in points.
const (
	titleSize = 10
	labelSize = 9
	smallSize = 8
)

const margin = 4 * vg.Millimeter

func style(size vg.Length, c color.Color) text.Style {
	return text.Style{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: plot.DefaultTextHandler,
	}
}

// newPlot returns a plot with quiet axes, whose ranges and ticks are to be set, and lines across; those up have a
// colour of their own, or nil for none.
func newPlot(title, x, y string, up color.Color) *plot.Plot {
	p := plot.New()
	lines := plotter.NewGrid()
	lines.Vertical.Color, lines.Horizontal.Color = up, grid
	lines.Vertical.Width, lines.Horizontal.Width = vg.Points(.5), vg.Points(.5)
	p.Add(lines)
	p.BackgroundColor = nil
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	align := func(s text.Style, like text.Style) text.Style {
		s.XAlign, s.YAlign, s.Rotation = like.XAlign, like.YAlign, like.Rotation
		return s
	}
	p.Title.TextStyle = align(style(titleSize, ink), p.Title.TextStyle)
	p.Title.Padding = 2 * vg.Millimeter
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.Label.TextStyle = align(style(labelSize, ink), a.Label.TextStyle)
		a.Tick.Label = align(style(smallSize, ink), a.Tick.Label)
		a.Label.Padding = vg.Millimeter
		a.LineStyle.Color, a.Tick.LineStyle.Color = grey, grey
		a.LineStyle.Width, a.Tick.LineStyle.Width = vg.Points(.5), vg.Points(.5)
		a.Tick.Length = vg.Points(3)
	}
	p.Legend.TextStyle = align(style(smallSize, ink), p.Legend.TextStyle)
	return p
}

// mostTicks of an axis, or one more.
const mostTicks = 7

// along makes an axis one of a range, with ticks. gonum/plot takes it for one from 0 to 1, which has no numbers that
// are too large for it, nor a title beside the middle of a logarithmic one.
func along(a *plot.Axis, r figure.Range, ticks []figure.Tick) {
	a.Min, a.Max, a.Padding = 0, 1, 0
	for i := range ticks {
		ticks[i].At = place(r, ticks[i].At)
	}
	a.Tick.Marker = marks(ticks)
}

// place is where a number is on such an axis, or far beyond its end.
func place(r figure.Range, v float64) float64 {
	const far = 1000 // lengths of the axis
	return min(max(r.Share(v), -far), far)
}

// marks are ticks as gonum/plot takes them. Where the font lacks an exponent of one, those of all stand behind a caret.
func marks(ticks []figure.Tick) plot.ConstantTicks {
	all := make(plot.ConstantTicks, len(ticks))
	lacking := slices.ContainsFunc(ticks, func(t figure.Tick) bool { return strings.ContainsAny(t.Label, "⁻⁰⁹") })
	for i, t := range ticks {
		all[i] = plot.Tick{Value: t.At, Label: t.Label}
		if lacking {
			all[i].Label = lowered.Replace(t.Label)
		}
	}
	return all
}

var lowered = strings.NewReplacer("10⁻", "10^-",
	"10¹", "10^1", "10²", "10^2", "10³", "10^3", "10⁴", "10^4", "10⁵", "10^5", "10⁶", "10^6", "10⁷", "10^7",
	"10⁸", "10^8", "10⁹", "10^9",
	"⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

// captionHeight is the room that a title takes in a figure of a width, with the space below it.
func captionHeight(title string, width vg.Length) vg.Length {
	if title == "" {
		return 0
	}
	return style(smallSize, faint).Height(wrap(title, width-2*margin)) + smallSize
}

// wrap breaks lines that are wider than there is room, between words.
func wrap(title string, width vg.Length) string {
	s := style(smallSize, faint)
	var lines []string
	for line := range strings.SplitSeq(title, "\n") {
		words := strings.Split(line, " ")
		line = words[0]
		for _, word := range words[1:] {
			if longer := line + " " + word; s.Width(longer) <= width {
				line = longer
				continue
			}
			lines = append(lines, line)
			line = word
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// caption writes a figure's title at the top left and returns the canvas below it.
func caption(c draw.Canvas, title string) draw.Canvas {
	height := captionHeight(title, c.Max.X-c.Min.X)
	c = draw.Crop(c, margin, -margin, margin, -margin)
	if title == "" {
		return c
	}
	s := style(smallSize, faint)
	s.YAlign = text.YTop
	c.FillText(s, vg.Point{X: c.Min.X, Y: c.Max.Y}, wrap(title, c.Max.X-c.Min.X))
	return draw.Crop(c, 0, 0, 0, -height)
}
