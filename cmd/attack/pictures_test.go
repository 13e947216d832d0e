package attack

import (
	"encoding/csv"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// tiny is a set of 2x2 images.
func tiny(channels, images int) *dataset.Set {
	s := &dataset.Set{Channels: channels, Side: 2, Classes: []string{"cat", "ship"}}
	for i := range images {
		s.Labels = append(s.Labels, i%2)
		for v := range channels * 4 {
			s.Pixels = append(s.Pixels, uint8(10*i+v))
		}
	}
	return s
}

// example moves the pixels of an image up and down by eps.
func example(s *dataset.Set, method string, image int, eps255 float64) robustness.Example {
	pixels := make([]float32, s.Channels*4)
	s.Floats(pixels, image, image+1)
	for i := range pixels {
		pixels[i] += float32(eps255/255) * float32(1-i%2*2)
	}
	return robustness.Example{
		Method: method, Attack: method, Threat: robustness.Threat{Eps: eps255 / 255}, Image: image, Pixels: pixels, Class: 1 - s.Labels[image],
	}
}

func TestGalleryShowsTheFirstFallenImages(t *testing.T) {
	for _, channels := range []int{1, 3} {
		s := tiny(channels, 9)
		dir := filepath.Join(t.TempDir(), "new", "pictures")
		g, err := newGallery(dir, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range []int{7, 3, 8, 1, 5} { // in whatever order they fell
			g.add(example(s, "pgd", i, 8))
		}
		g.add(example(s, "fgsm", 4, 8))
		g.add(example(s, "pgd", 4, 2))
		if _, err := g.write(s); err != nil {
			t.Fatal(err)
		}
		g.discard()
		want := []string{
			"fgsm-eps8_255-image0004-x15.png", "index.csv", "pgd-eps2_255-image0004-x63.png", "pgd-eps8_255-image0001-x15.png", "pgd-eps8_255-image0003-x15.png",
		}
		if d := cmp.Diff(want, list(t, dir)); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
		for _, name := range want {
			if filepath.Ext(name) == ".png" {
				checkPicture(t, filepath.Join(dir, name))
			}
		}
		checkIndex(t, filepath.Join(dir, "index.csv"))
		if left := list(t, filepath.Dir(dir)); !slices.Equal(left, []string{"pictures"}) {
			t.Errorf("beside it: %v", left)
		}
	}
}

func checkPicture(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil || img.Bounds() != image.Rect(0, 0, 512, 128) {
		t.Errorf("%s: %v", path, err)
	}
}

func checkIndex(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := []string{"fgsm-eps8_255-image0004-x15.png", "4", "cat", "ship", "fgsm", "fgsm", "Linf", "8/255", rows[1][8], "15"}
	if d := cmp.Diff(want, rows[1]); d != "" || rows[1][8][:5] != "0.031" {
		t.Errorf("change %s (-want +got)\n%s", rows[1][8], d)
	}
}

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestGalleryAppearsWholeOrNotAtAll(t *testing.T) {
	s := tiny(1, 3)
	dir := filepath.Join(t.TempDir(), "pictures")
	g, err := newGallery(dir, 2)
	if err != nil {
		t.Fatal(err)
	}
	g.add(example(s, "pgd", 1, 8))
	if err := os.RemoveAll(g.staging); err != nil { // as if the disk had failed
		t.Fatal(err)
	}
	if saved, err := g.write(s); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%q, %v: want an error", saved, err)
	}
	g.discard()
	if left := list(t, filepath.Dir(dir)); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestGalleryNeedsAnEmptyFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, file, filepath.Join(file, "below")} {
		if _, err := newGallery(path, 1); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
	if left := list(t, dir); len(left) != 1 {
		t.Errorf("it left %v", left)
	}
}
