package corruption

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // formats that image.Decode knows
	_ "image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/robustness"
)

// Textures are pictures that [Frost] lays over images.
type Textures struct {
	pictures  []texture
	reduction float64 // the size of a picture's pixels in images of 32 x 32
	origin    string
}

// texture is a picture (3, rows, columns).
type texture struct {
	rows, cols int
	pixels     []uint8
}

// TextureError reports a folder or a file that has no picture of frost.
type TextureError struct{ Path, Reason string }

func (e *TextureError) Error() string { return e.Path + ": " + e.Reason }

// originals are the files of the authors' code, which draws one of the first five.
var originals = []string{"frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg", "frost6.jpg"}

// OpenTextures reads the PNG and JPEG pictures of a folder, in the order of their names. Of the authors' six it leaves
// out the last, as their code does. Its errors are a [*TextureError] and those of the file system.
func OpenTextures(dir string) (*Textures, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("pictures of frost: %w", err)
	}
	var names []string
	for _, f := range files {
		ext := strings.ToLower(filepath.Ext(f.Name()))
		if slices.Contains([]string{".png", ".jpg", ".jpeg"}, ext) && !strings.HasPrefix(f.Name(), ".") {
			names = append(names, f.Name())
		}
	}
	if slices.Equal(names, originals) {
		names = names[:len(names)-1]
	}
	if len(names) == 0 {
		return nil, &TextureError{dir, "no pictures of frost: want PNG or JPEG files"}
	}
	t := &Textures{reduction: originalReduction}
	sum := sha256.New()
	for _, name := range names {
		p, err := readTexture(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		t.pictures = append(t.pictures, p)
		fmt.Fprintln(sum, p.rows, p.cols)
		sum.Write(p.pixels)
	}
	t.origin = fmt.Sprintf("of %s, digest %s", numeral.Count(len(names), "picture"), hex.EncodeToString(sum.Sum(nil)[:8]))
	return t, nil
}

// Origin identifies the pictures, in words: what they are, not where they were.
func (t *Textures) Origin() string { return t.origin }

// largestTexture bounds what a damaged header can ask for, in pixels.
const largestTexture = 1 << 26

func readTexture(path string) (texture, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return texture{}, err
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err == nil && (c.Width < 1 || c.Height < 1 || c.Width > largestTexture/c.Height) {
		err = fmt.Errorf("%dx%d pixels: want at least one, at most %d", c.Width, c.Height, largestTexture)
	}
	if err != nil {
		return texture{}, &TextureError{path, err.Error()}
	}
	img, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return texture{}, &TextureError{path, err.Error()}
	}
	b := img.Bounds()
	t := texture{b.Dy(), b.Dx(), make([]uint8, 3*b.Dx()*b.Dy())}
	plane, i := b.Dx()*b.Dy(), 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			p := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) // what is transparent keeps its colour
			t.pixels[i], t.pixels[plane+i], t.pixels[2*plane+i] = p.R, p.G, p.B
			i++
		}
	}
	return t, nil
}

// originalReduction is that of the authors' pictures: five pixels of a side become one.
const originalReduction = .2

// at returns what draws textures for images of a shape: it writes a crop of one of them to an image, grey to one that
// has not three channels. The pictures are reduced so that their crystals have the same share of an image whatever its
// size, but never so far that they do not cover it.
func (t *Textures) at(s robustness.Shape) func(to []uint8, r *rand.Rand) {
	scaled := make([]texture, len(t.pictures))
	for i, p := range t.pictures {
		factor := t.reduction * scale(s)
		factor = max(factor, float64(s.Height)/float64(p.rows), float64(s.Width)/float64(p.cols))
		if scaled[i] = p.scaled(factor); s.Channels != 3 {
			scaled[i] = scaled[i].grey()
		}
	}
	return func(to []uint8, r *rand.Rand) {
		p := scaled[r.IntN(len(scaled))]
		planes := len(p.pixels) / (p.rows * p.cols)
		top, left := r.IntN(max(1, p.rows-s.Height)), r.IntN(max(1, p.cols-s.Width)) // the authors leave out the last place
		for c := range s.Channels {
			for y := range s.Height {
				copy(to[(c*s.Height+y)*s.Width:][:s.Width], p.pixels[(c%planes*p.rows+top+y)*p.cols+left:])
			}
		}
	}
}

// scaled returns the picture in another size, each pixel between the four of the picture that are nearest to its
// centre, as OpenCV's resize has it.
func (t texture) scaled(factor float64) texture {
	if factor == 1 {
		return t
	}
	out := texture{rows: scaledSide(t.rows, factor), cols: scaledSide(t.cols, factor)}
	out.pixels = make([]uint8, 3*out.rows*out.cols)
	down, across := between(t.rows, out.rows, factor), between(t.cols, out.cols, factor)
	i := 0
	for c := range 3 {
		plane := t.pixels[c*t.rows*t.cols:]
		for _, y := range down {
			upper, lower := plane[y.first*t.cols:], plane[y.second*t.cols:]
			for _, x := range across {
				a, b := mixed(upper, x), mixed(lower, x)
				out.pixels[i] = uint8(math.Round(a + (b-a)*y.share))
				i++
			}
		}
	}
	return out
}

func scaledSide(n int, factor float64) int { return max(1, int(math.RoundToEven(float64(n)*factor))) }

// mixture is a place between two pixels of a row or column: share is what it has of the second.
type mixture struct {
	first, second int
	share         float64
}

// between returns where the centres of pixels lie among those of a row of from pixels, scaled to so many.
func between(from, to int, factor float64) []mixture {
	all := make([]mixture, to)
	for i := range all {
		at := min(max((float64(i)+.5)/factor-.5, 0), float64(from-1))
		first := int(at)
		all[i] = mixture{first, min(first+1, from-1), at - float64(first)}
	}
	return all
}

func mixed(row []uint8, m mixture) float64 {
	a, b := float64(row[m.first]), float64(row[m.second])
	return a + (b-a)*m.share
}

// grey returns the picture's luminance (ITU-R BT.601) as its one channel.
func (t texture) grey() texture {
	plane := t.rows * t.cols
	out := texture{t.rows, t.cols, make([]uint8, plane)}
	for i := range plane {
		r, g, b := float64(t.pixels[i]), float64(t.pixels[plane+i]), float64(t.pixels[2*plane+i])
		out.pixels[i] = uint8(math.Round(.299*r + .587*g + .114*b))
	}
	return out
}
