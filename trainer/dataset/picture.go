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

// picture is an image of a class's folder.
type picture struct {
	image.Image
	path string
}

// extension is that of a file's name, in small letters.
func extension(name string) string { return strings.ToLower(filepath.Ext(name)) }

func readable(name string) bool {
	return slices.Contains([]string{".png", ".jpg", ".jpeg"}, extension(name))
}

// unreadable says whether a file is an image to its owner, but not to this program.
func unreadable(name string) bool {
	return slices.Contains([]string{
		".jfif", ".jpe", ".jp2", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".avif", ".heic", ".ppm", ".pgm", ".pbm", ".pnm",
	}, extension(name))
}

// readClass reads the images of a folder. Side is what they must have; 0 becomes that of the first.
func readClass(dir string, side *int) ([]picture, error) {
	files, err := entries(dir)
	if err != nil {
		return nil, err
	}
	var all []picture
	for _, f := range files {
		switch {
		case f.isDir:
			return nil, &FileError{f.path, "a folder within a class's folder: want nothing but images there"}
		case unreadable(f.name):
			return nil, &FileError{f.path, "neither PNG nor JPEG: convert it"}
		case !readable(f.name):
			continue
		}
		content, err := os.ReadFile(f.path)
		if err != nil {
			return nil, err
		}
		img, err := decode(content, *side)
		if err != nil {
			return nil, &FileError{f.path, err.Error()}
		}
		*side = img.Bounds().Dx()
		all = append(all, picture{img, f.path})
	}
	return all, nil
}

// channels is 1 if every image is grey, else 3.
func channels(all []picture) int {
	for _, p := range all {
		if m := p.ColorModel(); m != color.GrayModel && m != color.Gray16Model {
			return 3
		}
	}
	return 1
}

// largestSide bounds what a damaged header can ask for.
const largestSide = 1 << 14

// decode reads a square image; side is what it must have, 0 for any.
func decode(b []byte, side int) (image.Image, error) {
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
