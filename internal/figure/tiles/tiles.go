// Package tiles draws small images in rows and columns, with names at the sides.
package tiles

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// Grid is images of one shape in rows and columns, under a title.
type Grid struct {
	Title         string
	Rows, Columns []string
	Channels      int // 1 or 3
	Side          int
	// At returns the pixels (channels, side, side) of a row and column.
	At func(row, column int) []uint8
}

// least is the least side of an enlarged image, in pixels.
const least = 64

// Room around images, in pixels, and what a line of text takes.
const (
	gap        = 2
	margin     = 6
	lineHeight = 16
	letter     = 7 // width of one
)

// zoom is how many pixels of the picture a pixel of an image becomes in either direction.
func (g Grid) zoom() int { return max(1, (least+g.Side-1)/g.Side) }

// corner is where images begin: below title and columns' names, behind those of the rows.
func (g Grid) corner() image.Point {
	longest := 0
	for _, name := range g.Rows {
		longest = max(longest, len(name))
	}
	return image.Pt(2*margin+letter*longest, margin+2*lineHeight)
}

// size is how much of a picture the grid takes, in pixels.
func (g Grid) size() image.Point {
	step, at := g.Side*g.zoom()+gap, g.corner()
	width := max(at.X+len(g.Columns)*step, 2*margin+letter*len(g.Title))
	return image.Pt(width+margin, at.Y+len(g.Rows)*step+margin)
}

// Sheet is grids of one size, so many beside each other.
type Sheet struct {
	Grids  []Grid
	Across int
}

// Size returns the size of the picture in pixels.
func (s Sheet) Size() image.Point {
	if len(s.Grids) == 0 {
		return image.Point{}
	}
	one, across := s.Grids[0].size(), min(s.Across, len(s.Grids))
	return image.Pt(one.X*across, one.Y*((len(s.Grids)+across-1)/across))
}

// Draw draws the grids onto white. Every pixel of an image becomes a square of whole pixels.
func (s Sheet) Draw() image.Image {
	out := image.NewRGBA(image.Rectangle{Max: s.Size()})
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	for i, g := range s.Grids {
		one := g.size()
		g.draw(out, image.Pt(i%s.Across*one.X, i/s.Across*one.Y))
	}
	return out
}

// draw draws the grid into a picture, from a corner on.
func (g Grid) draw(out draw.Image, from image.Point) {
	at, step := g.corner().Add(from), g.Side*g.zoom()+gap
	write(out, from.X+margin, from.Y+margin+lineHeight-2*gap, g.Title)
	for column, name := range g.Columns {
		write(out, at.X+column*step, at.Y-2*gap, name)
	}
	for row, name := range g.Rows {
		write(out, from.X+margin, at.Y+row*step+step/2+letter/2, name)
		for column := range g.Columns {
			g.tile(out, at.Add(image.Pt(column*step, row*step)), g.At(row, column))
		}
	}
}

// tile draws an image from a corner on.
func (g Grid) tile(out draw.Image, at image.Point, pixels []uint8) {
	zoom, plane := g.zoom(), g.Side*g.Side
	for i := range plane {
		c := color.RGBA{pixels[i], pixels[i], pixels[i], 255}
		if g.Channels == 3 {
			c.G, c.B = pixels[plane+i], pixels[2*plane+i]
		}
		square := image.Rect(0, 0, zoom, zoom).Add(at).Add(image.Pt(i%g.Side*zoom, i/g.Side*zoom))
		draw.Draw(out, square, image.NewUniform(c), image.Point{}, draw.Src)
	}
}

// write writes a line of text, which stands on y.
func write(out draw.Image, x, y int, text string) {
	d := font.Drawer{Dst: out, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(x, y)}
	d.DrawString(text)
}
