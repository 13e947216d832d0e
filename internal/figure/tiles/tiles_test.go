package tiles_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/nassearch/nassearch/internal/figure/tiles"
)

// flat has images of one colour each, by row and column.
func flat(channels, side int) tiles.Grid {
	return tiles.Grid{
		Title: "a title", Rows: []string{"fog", "snow"}, Columns: []string{"clean", "1", "2"}, Channels: channels, Side: side,
		At: func(row, column int) []uint8 {
			x := make([]uint8, channels*side*side)
			for i := range x {
				x[i] = uint8(50*row + 10*column + i/(side*side) + 1)
			}
			return x
		},
	}
}

func TestEveryImageIsThereInWholePixels(t *testing.T) {
	for _, c := range []struct{ channels, side, zoom int }{{1, 8, 8}, {3, 32, 2}, {3, 100, 1}, {1, 7, 10}} {
		s := tiles.Sheet{Grids: []tiles.Grid{flat(c.channels, c.side), flat(c.channels, c.side), flat(c.channels, c.side)}, Across: 2}
		picture := s.Draw()
		count := map[color.Color]int{}
		for y := range picture.Bounds().Dy() {
			for x := range picture.Bounds().Dx() {
				count[picture.At(x, y)]++
			}
		}
		for row := range 2 {
			for column := range 3 {
				v := uint8(50*row + 10*column + 1)
				want := color.RGBA{v, v, v, 255}
				if c.channels == 3 {
					want.G, want.B = v+1, v+2
				}
				if n := count[want]; n != 3*c.side*c.side*c.zoom*c.zoom {
					t.Errorf("%+v: image %d,%d takes %d pixels", c, row, column, n)
				}
			}
		}
		if count[color.RGBA{0, 0, 0, 255}] < 100 {
			t.Errorf("%+v: no text", c)
		}
	}
}

func TestSizeIsThatOfThePicture(t *testing.T) {
	one := tiles.Sheet{Grids: []tiles.Grid{flat(1, 8)}, Across: 2}
	three := tiles.Sheet{Grids: []tiles.Grid{flat(1, 8), flat(1, 8), flat(1, 8)}, Across: 2}
	if w := one.Size(); three.Size() != image.Pt(2*w.X, 2*w.Y) || three.Draw().Bounds().Max != three.Size() {
		t.Errorf("one grid takes %v, three take %v", w, three.Size())
	}
	if (tiles.Sheet{Across: 2}).Size() != (image.Point{}) {
		t.Error("no grid takes room")
	}
}
