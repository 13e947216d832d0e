package dataset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // formats that image.Decode knows
	_ "image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ReadFolder reads PNG and JPEG images, a folder for each class; labels follow the folders' sorted names. All images
// have one size and are square. They are colour images unless every one is grey; what is transparent is black.
func ReadFolder(dir string) (*Set, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, err
	}
	s := new(Set)
	var images []image.Image
	for _, e := range entries {
		if !e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		class, err := readClass(filepath.Join(dir, e.Name()), &s.Side)
		if err != nil {
			return nil, err
		}
		for range class {
			s.Labels = append(s.Labels, len(s.Classes))
		}
		s.Classes = append(s.Classes, e.Name())
		images = append(images, class...)
	}
	if len(images) == 0 {
		return nil, &FileError{dir, "no folders named after classes with PNG or JPEG in them"}
	}
	s.Channels = 1
	for _, img := range images {
		if m := img.ColorModel(); m != color.GrayModel && m != color.Gray16Model {
			s.Channels = 3
		}
	}
	for _, img := range images {
		s.Pixels = appendPixels(s.Pixels, img, s.Channels)
	}
	return s, nil
}

// readClass reads the images of a folder, at least one. Side is what they must have; 0 becomes that of the first.
func readClass(dir string, side *int) ([]image.Image, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var images []image.Image
	for _, f := range files {
		ext := strings.ToLower(filepath.Ext(f.Name()))
		if f.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg"}, ext) {
			continue
		}
		path := filepath.Join(dir, f.Name())
		img, err := decode(path, *side)
		if err != nil {
			return nil, &FileError{path, err.Error()}
		}
		*side = img.Bounds().Dx()
		images = append(images, img)
	}
	if len(images) == 0 {
		return nil, &FileError{dir, "no PNG or JPEG: want a folder for each class, and none else"}
	}
	return images, nil
}

// largestSide bounds what a damaged header can ask for.
const largestSide = 1 << 14

// decode reads a square image; side is what it must have, 0 for any.
func decode(path string, side int) (image.Image, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	switch {
	case side > 0 && (c.Width != side || c.Height != side):
		return nil, fmt.Errorf("%dx%d pixels: want %dx%d like the images before", c.Width, c.Height, side, side)
	case c.Width != c.Height || c.Width > largestSide:
		return nil, fmt.Errorf("%dx%d pixels: want as many rows as columns, at most %d", c.Width, c.Height, largestSide)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	return img, err
}

// appendPixels appends (channels, rows, columns).
func appendPixels(dst []uint8, img image.Image, channels int) []uint8 {
	b := img.Bounds()
	for c := range channels {
		for y := b.Min.Y; y < b.Max.Y; y++ {
			for x := b.Min.X; x < b.Max.X; x++ {
				red, green, blue, _ := img.At(x, y).RGBA()
				dst = append(dst, uint8([3]uint32{red, green, blue}[c]>>8))
			}
		}
	}
	return dst
}

// openFolder reads DIR/train and DIR/test if there are such, else DIR as the training part.
func openFolder(dir string) (*Data, error) {
	d, err := parts(filepath.Join(dir, "train"), filepath.Join(dir, "test"), func(part string) (*Set, error) {
		if _, err := os.Stat(part); err != nil {
			return nil, nil
		}
		return ReadFolder(part)
	})
	if err != nil {
		return nil, err
	}
	switch {
	case d.Train == nil && d.Test == nil:
		d.Train, err = ReadFolder(dir)
		return d, err
	case d.Train == nil || d.Test == nil:
		return d, nil
	case !slices.Equal(d.Train.Classes, d.Test.Classes):
		problem := fmt.Sprintf("classes %v in test: want those in train, %v", d.Test.Classes, d.Train.Classes)
		return nil, &FileError{dir, problem}
	}
	if d.Train.Channels != d.Test.Channels {
		d.Train, d.Test = d.Train.colour(), d.Test.colour()
	}
	return d, nil
}

// colour returns the set in three channels.
func (s *Set) colour() *Set {
	if s.Channels == 3 {
		return s
	}
	out := *s
	out.Channels, out.Pixels = 3, nil
	for i := range s.Len() {
		out.Pixels = append(out.Pixels, slices.Repeat(s.Image(i), 3)...)
	}
	return &out
}
