package corruption

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
)

// writePicture writes a picture whose pixels are those of a function.
func writePicture(t *testing.T, path string, cols, rows int, of func(x, y int) color.Color) {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, cols, rows))
	for y := range rows {
		for x := range cols {
			img.Set(x, y, of(x, y))
		}
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if filepath.Ext(path) == ".png" {
		err = png.Encode(f, img)
	} else {
		err = jpeg.Encode(f, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func plain(c color.Color) func(x, y int) color.Color { return func(int, int) color.Color { return c } }

// With one pixel of five a side, a crop is the middle pixels of a picture: those that OpenCV takes at a factor of 1/5.
func TestTexturesAreReducedAndCropped(t *testing.T) {
	dir := t.TempDir()
	writePicture(t, filepath.Join(dir, "a.png"), 200, 220, func(x, y int) color.Color {
		return color.NRGBA{uint8(x), uint8(y), 7, 0} // transparent, but it keeps its colour
	})
	textures, err := OpenTextures(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := robustness.Shape{Channels: 3, Height: 32, Width: 32}
	draw := textures.at(s)
	to := make([]uint8, s.Size())
	places := map[[2]uint8]bool{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		draw(to, r)
		left, top := to[0], to[1024]
		places[[2]uint8{left, top}] = true
		for i := range 1024 {
			if want := [3]uint8{left + uint8(i%32)*5, top + uint8(i/32)*5, 7}; [3]uint8{to[i], to[1024+i], to[2048+i]} != want {
				t.Fatalf("pixel %d is %v, want %v", i, [3]uint8{to[i], to[1024+i], to[2048+i]}, want)
			}
		}
		if left%5 != 2 || top%5 != 2 || left > 37 || top > 57 {
			t.Fatalf("a crop from %d, %d", left, top)
		}
	}
	if len(places) != 8*12 {
		t.Errorf("%d places, want all 96 of 40x44 that the authors draw", len(places))
	}
}

// Whatever the size of pictures and images, crops are within the picture's colours.
func TestTexturesCoverImages(t *testing.T) {
	dir := t.TempDir()
	writePicture(t, filepath.Join(dir, "a.jpeg"), 3, 90, plain(color.NRGBA{200, 200, 200, 255}))
	writePicture(t, filepath.Join(dir, "b.PNG.png"), 50, 1, plain(color.NRGBA{200, 200, 200, 255}))
	textures, err := OpenTextures(dir)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := robustness.Shape{
			Channels: rapid.SampledFrom([]int{1, 3}).Draw(t, "channels"),
			Height:   rapid.IntRange(1, 70).Draw(t, "height"), Width: rapid.IntRange(1, 70).Draw(t, "width"),
		}
		to := make([]uint8, s.Size())
		textures.at(s)(to, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		for i, v := range to {
			if v != 200 {
				t.Fatalf("%v: value %d is %d", s, i, v)
			}
		}
	})
}

func TestTexturesAreThoseOfTheFolder(t *testing.T) {
	origin := func(names ...string) string {
		dir := t.TempDir()
		for i, name := range names {
			writePicture(t, filepath.Join(dir, name), 40, 40, plain(color.Gray{uint8(i)}))
		}
		if err := os.WriteFile(filepath.Join(dir, "README.txt"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		textures, err := OpenTextures(dir)
		if err != nil {
			t.Fatal(err)
		}
		return textures.Origin()
	}
	five := origin(originals[:5]...)
	if !strings.HasPrefix(five, "of 5 pictures, digest ") {
		t.Error(five)
	}
	if six := origin(originals...); six != five {
		t.Errorf("the authors' six: %s, want %s", six, five)
	}
	if six := origin("1.png", "2.png", "3.png", "4.jpg", "5.jpg", "6.jpg"); !strings.HasPrefix(six, "of 6 pictures") {
		t.Errorf("six others: %s", six)
	}
	if other := origin("frost1.png", "frost3.png", "frost2.png", "frost4.jpg", "frost5.jpg"); other == five {
		t.Error("other pictures, the same origin")
	}
}

func TestTexturesRefusesWhatIsNoPicture(t *testing.T) {
	for name, c := range map[string]struct {
		file, content, want string
	}{
		"no picture": {"a.txt", "x", "DIR: no pictures of frost: want PNG or JPEG files"},
		"hidden":     {".a.png", "x", "DIR: no pictures of frost: want PNG or JPEG files"},
		"empty":      {"a.png", "", "DIR/a.png: image: unknown format"},
		"text":       {"a.jpg", "not a picture", "DIR/a.jpg: image: unknown format"},
		"cut":        {"a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "DIR/a.png: unexpected EOF"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenTextures(dir)
		if wrong := (*TextureError)(nil); !errors.As(err, &wrong) || strings.ReplaceAll(err.Error(), dir, "DIR") != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := OpenTextures(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	if _, err := OpenTextures(t.TempDir()); !strings.HasSuffix(fmt.Sprint(err), "no pictures of frost: want PNG or JPEG files") {
		t.Errorf("empty folder: %v", err)
	}
}
