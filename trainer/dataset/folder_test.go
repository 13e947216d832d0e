package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/internal/sharedtest"
)

// plain is an image of one colour.
func plain(t testing.TB, c color.Color) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 4, 4))
	for i := range 16 {
		img.Set(i%4, i/4, c)
	}
	return encoded(t, img)
}

// shade is the n-th of many colours.
func shade(n int) color.Color { return color.NRGBA{uint8(n), uint8(n >> 8), 100, 255} }

// fill writes images of shades into a class's folder: those of files, by name.
func fill(t testing.TB, dir string, files map[string]int) {
	t.Helper()
	for name, n := range files {
		write(t, filepath.Join(dir, name), plain(t, shade(n)))
	}
}

// What matters is which images a class has, and the natural order of the classes' names.
func TestFolderDependsOnNoName(t *testing.T) {
	root := t.TempDir()
	made := 0
	rapid.Check(t, func(r *rapid.T) {
		classes := rapid.IntRange(2, 12).Draw(r, "classes")
		counts := rapid.SliceOfN(rapid.IntRange(1, 4), classes, classes).Draw(r, "images")
		lay := func(class func(i int) string) *Set {
			made++
			dir := filepath.Join(root, fmt.Sprint(made))
			shadeOf := 0
			for i, n := range counts {
				names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-zA-Z0-9é][a-z0-9 ]{0,6}`), n, n, strings.ToLower).Draw(r, "files")
				for _, name := range names {
					shadeOf++
					fill(t, filepath.Join(dir, class(i)), map[string]int{name + ".png": shadeOf})
				}
			}
			d, err := Open("folder:" + dir)
			if err != nil {
				r.Fatal(err)
			}
			return d.Train
		}
		want := lay(func(i int) string { return fmt.Sprint(i + 1) })
		for name, class := range map[string]func(int) string{
			"padded": func(i int) string { return fmt.Sprintf("%04d", i+1) },
			"words":  func(i int) string { return fmt.Sprintf("class %c", 'a'+i) },
			"mixed":  func(i int) string { return fmt.Sprintf("n%d-x", 5*i) },
		} {
			if got := lay(class); got.Digest() != want.Digest() {
				r.Errorf("%s: another data set", name)
			}
		}
		// In another order of classes the images and what is drawn of them stay; labels are by name.
		got := lay(func(i int) string { return fmt.Sprint(classes - i) })
		for _, pair := range [][2]*Set{{want, got}, {want.Drawn(3), got.Drawn(3)}, drawn(r, want, got)} {
			if !slices.Equal(pair[0].Pixels, pair[1].Pixels) {
				r.Error("other images")
			}
			for i, l := range pair[0].Labels {
				if pair[1].Labels[i] != classes-1-l {
					r.Fatalf("label %d became %d", l, pair[1].Labels[i])
				}
			}
		}
	})
}

// drawn are the validation images of two sets.
func drawn(r *rapid.T, a, b *Set) (parts [2]*Set) {
	for i, s := range []*Set{a, b} {
		_, part, err := s.Split(s.Len()/2, 1)
		if err != nil {
			r.Fatal(err)
		}
		parts[i] = part
	}
	return parts
}

func TestFirstImagesOfAFolderAreOfAllClasses(t *testing.T) {
	d, err := Open("folder:" + filepath.Join(sharedtest.Dir(t), "cases", "02-folder-order", "easy0"))
	if err != nil {
		t.Fatal(err)
	}
	rest, val, err := d.Train.Split(80, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]*Set{"train": d.Train, "test": d.Test, "rest": rest, "validation": val, "drawn": d.Test.Drawn(9)} {
		if got := s.Sample(20).String(); got != fmt.Sprintf("20 of %d images, 5 a class", s.Len()) {
			t.Errorf("%s: %s", name, got)
		}
	}
	same, err := Open("idx:" + filepath.Join(sharedtest.Dir(t), "cases", "02-folder-order", "easy0idx"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Test.Drawn(5).Digest() != same.Test.Drawn(5).Digest() {
		t.Error("of the same images in a folder and in a file a seed draws others")
	}
	if d.Test.Drawn(5).Digest() == d.Test.Drawn(6).Digest() {
		t.Error("two seeds draw the same")
	}
}

func TestFolderSaysWhatItCannotTake(t *testing.T) {
	good := map[string]int{"a/1.png": 1, "b/1.png": 2}
	for name, c := range map[string]struct {
		files map[string]int
		want  string
	}{
		"nested":         {map[string]int{"a/deep/2.png": 3}, "deep: a folder within a class's folder"},
		"other image":    {map[string]int{"a/2.webp": 3}, "2.webp: neither PNG nor JPEG: convert it"},
		"one number":     {map[string]int{"7/1.png": 3, "07/1.png": 4}, `class "7" is "07" in other characters`},
		"two accents":    {map[string]int{"e\u0301/1.png": 3, "\u00e9/1.png": 4}, "in other characters"},
		"no text":        {map[string]int{"\xff/1.png": 3}, "no UTF-8"},
		"no images":      {map[string]int{"c/1.txt": 3}, "c: no PNG or JPEG"},
		"capital":        {map[string]int{"Train/a/1.png": 3}, "Train: the parts are called train and test"},
		"unknown class":  {map[string]int{"train/a/1.png": 3, "train/b/1.png": 4, "test/A/1.png": 5}, "images of A: the classes are a, b"},
		"untrained part": {map[string]int{"train/a/1.png": 3, "train/b/1.txt": 4, "test/a/1.png": 5}, "b: no PNG or JPEG"},
	} {
		dir := t.TempDir()
		fill(t, dir, good)
		fill(t, dir, c.files)
		if _, err := Open("folder:" + dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestFolderPassesOverWhatSystemsLeave(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, map[string]int{"a/1.png": 1, "b/1.png": 2, "a/2.jpg": 3})
	for _, name := range []string{".DS_Store", "a/.DS_Store", "a/._1.png", ".git/x", "b/Thumbs.db", "a/labels.txt", "README.md"} {
		write(t, filepath.Join(dir, name), []byte("no image"))
	}
	d, err := Open("folder:" + dir)
	if err != nil || d.Train.Len() != 3 || len(d.Doubts) > 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestFolderFollowsLinks(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	fill(t, dir, map[string]int{"train/a/1.png": 1, "train/b/1.png": 2, "elsewhere/2.png": 3})
	fill(t, other, map[string]int{"1.png": 4})
	err := errors.Join(os.Symlink(other, filepath.Join(dir, "train", "c")),
		os.Symlink(filepath.Join(dir, "elsewhere", "2.png"), filepath.Join(dir, "train", "a", "2.png")))
	if err != nil {
		t.Skip(err)
	}
	d, err := Open("folder:" + dir)
	if err != nil || !slices.Equal(d.Train.Counts(d.Train.Len()), []int{2, 1, 1}) {
		t.Errorf("%+v, %v", d, err)
	}
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "train", "d")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open("folder:" + dir); err == nil || !strings.Contains(err.Error(), filepath.Join("train", "d")+": no such file") {
		t.Errorf("a link to nothing: error %v", err)
	}
}

func TestFolderTellsDoubts(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, map[string]int{
		"train/a/1.png": 1, "train/b/1.png": 2, "train/b/2.png": 1, "train/stray.png": 9, "test/a/x.png": 2, "test/b/y.png": 5,
		"val/a/1.png": 6,
	})
	d, err := Open("folder:" + dir)
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(d.Doubts, "\n")
	for _, want := range []string{
		"folders beside train and test are left out: val", "images beside the classes' folders are left out: 1",
		"the same image is in two classes: " + filepath.Join(dir, "train", "a", "1.png"), "1 of 2 test images are training images too",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s: want %q", got, want)
		}
	}
	if len(d.Doubts) != 4 {
		t.Errorf("%d doubts: %q", len(d.Doubts), d.Doubts)
	}
}

// A test part has the training part's labels, whichever classes it has images of.
func TestPartsOfAFolderHaveTheSameLabels(t *testing.T) {
	dir := t.TempDir()
	fill(t, dir, map[string]int{
		"train/2/1.png": 1, "train/10/1.png": 2, "train/1/1.png": 3, "test/10/1.png": 4, "test/2/1.txt": 0,
	})
	d, err := Open("folder:" + dir)
	if err != nil || !slices.Equal(d.Test.Classes, []string{"1", "2", "10"}) || !slices.Equal(d.Test.Labels, []int{2}) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestNaturalOrder(t *testing.T) {
	names := []string{"", "0", "1", "02", "10", "10a", "10b", "010c", "A", "a", "a-1", "a1", "a2", "a10", "a10b", "b", "é"}
	for i, a := range names {
		for j, b := range names {
			if got := natural(a, b); (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%q and %q: %d", a, b, got)
			}
		}
	}
	for _, pair := range [][2]string{{"2", "02"}, {"a000", "a0"}, {"00", "0"}, {"x1y02", "x01y2"}} {
		if natural(pair[0], pair[1]) != 0 {
			t.Errorf("%q and %q differ", pair[0], pair[1])
		}
	}
	if huge := strings.Repeat("9", 40); natural(huge, "1"+strings.Repeat("0", 40)) >= 0 {
		t.Error("numbers of 40 digits are compared wrongly")
	}
}

func TestMatchIsByName(t *testing.T) {
	set := func(unordered bool, labels []int, classes ...string) *Set {
		return &Set{Channels: 1, Side: 1, Classes: classes, Labels: labels, Pixels: make([]uint8, len(labels)), Unordered: unordered}
	}
	animals := []string{"cat", "dog", "eel"}
	for name, c := range map[string]struct {
		set     *Set
		names   []string
		classes int
		want    []int
		doubt   string // or error, if want is nil
	}{
		"the same":            {set(true, []int{0, 1, 2}, animals...), animals, 3, []int{0, 1, 2}, ""},
		"a permutation":       {set(true, []int{0, 1, 2}, "eel", "cat", "dog"), animals, 3, []int{2, 0, 1}, ""},
		"fewer":               {set(true, []int{0}, "dog"), animals, 3, []int{1}, ""},
		"others":              {set(true, []int{0, 1}, "dog", "elk"), animals, 3, nil, "images of elk: the classes are cat, dog, eel"},
		"another case":        {set(true, []int{0, 1}, "Dog", "cat"), animals, 3, nil, "images of Dog"},
		"others, no images":   {set(true, []int{0}, "dog", "elk"), animals, 3, []int{1}, ""},
		"no names":            {set(false, []int{0, 1}, "0", "1"), animals, 3, []int{0, 1}, "the images' classes have no names: labels 0 to 2 are taken for cat, dog, eel"},
		"too many":            {set(false, []int{0, 1}, "0", "1", "2", "3"), animals, 3, nil, "images of 4 classes: the network has 3"},
		"trained without":     {set(true, []int{2, 1}, animals...), numbered(3), 3, []int{2, 1}, "the network's classes have no names"},
		"another number":      {set(true, []int{2, 1}, animals...), numbered(4), 4, nil, "images of 3 classes: the network has 4"},
		"numbers":             {set(true, []int{0, 1}, "0", "2"), numbered(4), 4, []int{0, 2}, ""},
		"unknown":             {set(false, []int{0, 1}, "b", "a"), nil, 2, []int{0, 1}, ""},
		"unknown, sorted":     {set(true, []int{0, 1}, "a", "b"), nil, 2, []int{0, 1}, ""},
		"unknown, as texts":   {set(true, []int{0, 1, 2}, "1", "2", "10"), nil, 3, []int{0, 2, 1}, "earlier versions sort folders: 1, 10, 2"},
		"unknown, lacks last": {set(false, []int{0, 1}, numbered(9)...), nil, 10, []int{0, 1}, ""},
		"unknown, lacks some": {set(true, []int{0, 1}, "a", "b"), nil, 3, nil, "images of 2 classes: the network has 3"},
	} {
		before := slices.Clone(c.set.Labels)
		got, doubt, err := c.set.Match(c.names, c.classes)
		switch {
		case c.want == nil:
			if err == nil || !strings.Contains(err.Error(), c.doubt) {
				t.Errorf("%s: error %v, want %q", name, err, c.doubt)
			}
		case err != nil || !slices.Equal(got.Labels, c.want) || !strings.Contains(doubt, c.doubt) || c.doubt == "" && doubt != "":
			t.Errorf("%s: %+v, doubt %q, error %v", name, got, doubt, err)
		}
		if !slices.Equal(c.set.Labels, before) {
			t.Errorf("%s: the set was changed", name)
		}
	}
}

// A draw has as many of each class as can be, whatever the seed and the size.
func TestDrawnImagesAreBalanced(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		labels := rapid.SliceOfN(rapid.IntRange(0, 4), 1, 60).Draw(r, "labels")
		s := &Set{Channels: 1, Side: 1, Classes: numbered(5), Labels: labels}
		for range labels {
			s.Pixels = append(s.Pixels, rapid.Byte().Draw(r, "pixel"))
		}
		all := s.Drawn(rapid.Uint64().Draw(r, "seed"))
		n := rapid.IntRange(1, len(labels)).Draw(r, "n")
		have, got := s.Counts(s.Len()), all.Counts(n)
		for a := range got {
			for b := range got {
				if got[a] > got[b]+1 && got[b] < have[b] {
					r.Fatalf("%d images of %v: %v", n, have, got)
				}
			}
		}
		if !slices.Equal(all.Counts(all.Len()), have) {
			r.Error("images were lost")
		}
	})
}

func FuzzReadCIFAR(f *testing.F) {
	f.Add(false, make([]byte, 3073))
	f.Add(true, append([]byte{3, 77}, make([]byte, 3072)...))
	f.Add(true, append([]byte{3, 100}, make([]byte, 3072)...))
	f.Add(false, []byte{11})
	f.Fuzz(func(t *testing.T, hundred bool, content []byte) {
		s := &Set{Classes: numbered(10)}
		if hundred {
			s.Classes = numbered(100)
		}
		for range 2 {
			if err := s.appendCIFAR(content); err != nil {
				return
			}
		}
		if len(s.Pixels) != s.Len()*3072 || slices.Min(s.Labels) < 0 || slices.Max(s.Labels) >= len(s.Classes) {
			t.Errorf("%d images, %d pixels, labels %v of %d", s.Len(), len(s.Pixels), s.Labels, len(s.Classes))
		}
	})
}

func FuzzReadPicture(f *testing.F) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(plain(f, shade(1)), 0)
	f.Add(encoded(f, image.NewGray16(image.Rect(0, 0, 4, 4))), 4)
	f.Add(b.Bytes(), 8)
	f.Add([]byte("GIF89a"), 0)
	f.Fuzz(func(t *testing.T, content []byte, side int) {
		img, err := decode(content, side)
		if err != nil {
			return
		}
		n := channels([]picture{{img, ""}})
		if got, dx := len(appendPixels(nil, img, n)), img.Bounds().Dx(); got != n*dx*dx || side > 0 && dx != side {
			t.Errorf("%d numbers of an image of %v, want side %d", got, img.Bounds(), side)
		}
	})
}

func FuzzReadFolder(f *testing.F) {
	good := plain(f, shade(1))
	f.Add("a", "1.png", good, "b", "2.jpg", good)
	f.Add("02", "x.PNG", good, "2", ".x.png", good)
	f.Add("train", "1.png", good, "test", "1.png", []byte("text"))
	f.Add("é", "1.png", good[:40], "e\u0301", "1.gif", []byte{})
	f.Fuzz(func(t *testing.T, class1, name1 string, content1 []byte, class2, name2 string, content2 []byte) {
		dir := t.TempDir()
		for _, file := range []struct {
			class, name string
			content     []byte
		}{{class1, name1, content1}, {class2, name2, content2}} {
			path := filepath.Join(dir, filepath.Base(file.class), filepath.Base(file.name))
			if os.MkdirAll(filepath.Dir(path), 0o700) != nil || os.WriteFile(path, file.content, 0o600) != nil {
				return // no such name
			}
		}
		d, err := Open("folder:" + dir)
		if err != nil {
			return
		}
		s := d.Train
		if len(s.Pixels) != s.Len()*s.Channels*s.Side*s.Side || slices.Max(s.Labels) >= len(s.Classes) || s.Len() > 2 {
			t.Errorf("%d images of %s, %d pixels, labels %v of %q", s.Len(), s.shape(), len(s.Pixels), s.Labels, s.Classes)
		}
	})
}
