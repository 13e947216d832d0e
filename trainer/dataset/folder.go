package dataset

import (
	"fmt"
	"image"
	_ "image/jpeg" // formats that image.Decode knows
	_ "image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ReadFolder reads PNG and JPEG images, a folder for each class; labels follow the folders' sorted names. All images
// have one size and are square. They are colour images unless every one is grey.
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
		label := len(s.Classes)
		s.Classes = append(s.Classes, e.Name())
		files, err := os.ReadDir(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			ext := strings.ToLower(filepath.Ext(f.Name()))
			if f.IsDir() || !slices.Contains([]string{".png", ".jpg", ".jpeg"}, ext) {
				continue
			}
			img, err := decode(filepath.Join(dir, e.Name(), f.Name()), s.Side)
			if err != nil {
				return nil, err
			}
			s.Side = img.Bounds().Dx()
			images = append(images, img)
			s.Labels = append(s.Labels, label)
		}
	}
	if len(images) == 0 {
		return nil, &FileError{dir, "no PNG or JPEG in folders named after classes"}
	}
	s.Channels = 1
	for _, img := range images {
		if _, ok := img.(*image.Gray); !ok {
			s.Channels = 3
		}
	}
	for _, img := range images {
		s.Pixels = appendPixels(s.Pixels, img, s.Channels)
	}
	return s, nil
}

// decode reads a square image; side is what it must have, 0 for any.
func decode(path string, side int) (image.Image, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return nil, &FileError{path, err.Error()}
	}
	b := img.Bounds()
	if b.Dx() != b.Dy() || side > 0 && b.Dx() != side {
		want := "as many rows as columns"
		if side > 0 {
			want = fmt.Sprintf("%dx%d like the images before", side, side)
		}
		return nil, &FileError{path, fmt.Sprintf("%dx%d pixels: want %s", b.Dx(), b.Dy(), want)}
	}
	return img, nil
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
	d := new(Data)
	root := filepath.Join(dir, "train")
	if _, err := os.Stat(root); err != nil {
		root = dir
	}
	var err error
	if d.Train, err = ReadFolder(root); err != nil || root == dir {
		return d, err
	}
	test := filepath.Join(dir, "test")
	if _, err := os.Stat(test); err != nil {
		return d, nil
	}
	if d.Test, err = ReadFolder(test); err != nil {
		return nil, err
	}
	if !slices.Equal(d.Train.Classes, d.Test.Classes) {
		return nil, &FileError{test, fmt.Sprintf("classes %v: want those of %s, %v", d.Test.Classes, root, d.Train.Classes)}
	}
	return d, nil
}
