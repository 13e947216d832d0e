package triptych_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/nassearch/nassearch/internal/figure/triptych"
)

func TestTriptychEnlargesByWholePixels(t *testing.T) {
	clean, adv := []float32{0, 1, .2, .4}, []float32{.1, .9, .2, .4}
	img := triptych.Draw(1, 2, clean, adv, 5)
	if want := image.Rect(0, 0, 8*64, 2*64); img.Bounds() != want {
		t.Fatalf("bounds %v, want %v", img.Bounds(), want)
	}
	if _, grey := img.(*image.Gray); !grey {
		t.Errorf("a grey image became %T", img)
	}
	// Columns: clean, a white line, adversarial, a white line, difference: none is middle grey, .1 times 5 all the way.
	want := [2][8]uint8{{0, 255, 255, 26, 230, 255, 255, 0}, {51, 102, 255, 51, 102, 255, 128, 128}}
	for y := range 128 {
		for x := range 512 {
			got := img.At(x, y).(color.Gray).Y
			if d := int(got) - int(want[y/64][x/64]); d < -1 || d > 1 {
				t.Fatalf("pixel %d,%d is %d, want %d", x, y, got, want[y/64][x/64])
			}
		}
	}
}

func TestTriptychKeepsColours(t *testing.T) {
	clean := make([]float32, 12)
	for i := range clean {
		clean[i] = float32(10+i) / 255
	}
	img := triptych.Draw(3, 2, clean, clean, 1)
	if got, want := img.At(0, 127), (color.RGBA{12, 16, 20, 255}); got != want { // row 1, column 0 of each channel
		t.Errorf("colour %v, want %v", got, want)
	}
}

func TestAmplificationIsTheGreatestThatFits(t *testing.T) {
	for _, c := range []struct {
		change float32
		want   int
	}{{1. / 255, 127}, {2. / 255, 63}, {8. / 255, 15}, {.5, 1}, {1, 1}, {0, 1}} {
		if got := triptych.Amplification([]float32{0, .1}, []float32{0, .1 + c.change}); got != c.want {
			t.Errorf("a change of %v is multiplied by %d, want %d", c.change, got, c.want)
		}
	}
}
