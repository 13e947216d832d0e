package dataset

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
)

func write(t testing.TB, path string, content []byte) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEmbeddedSetIsStratified(t *testing.T) {
	d, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range map[string]struct {
		set  *Set
		want int
	}{"train": {d.Train, 4096}, "test": {d.Test, 2048}} {
		if p.set.Len() != p.want || p.set.Side != 8 || p.set.Channels != 1 || len(p.set.Classes) != 10 {
			t.Errorf("%s: %d images of %s in %d classes", name, p.set.Len(), p.set.shape(), len(p.set.Classes))
		}
		for _, n := range []int{100, p.want} {
			counts := make([]int, 10)
			for _, l := range p.set.Labels[:n] {
				counts[l]++
			}
			if slices.Max(counts)-slices.Min(counts) > 1 {
				t.Errorf("%s: the first %d images have %v of the classes", name, n, counts)
			}
		}
	}
}

func TestCIFARReadsTheReleasedFormat(t *testing.T) {
	dir := filepath.Join(sharedtest.Dir(t), "data", "cifar10-lossless")
	d, err := Open("cifar10:" + dir + "/train_4k.bin," + dir + "/test_1k.bin")
	if err != nil {
		t.Fatal(err)
	}
	if d.Train.Len() != 4000 || d.Test.Len() != 1000 {
		t.Fatalf("%d training, %d test images", d.Train.Len(), d.Test.Len())
	}
	raw, err := os.ReadFile(dir + "/test_1k.bin")
	if err != nil {
		t.Fatal(err)
	}
	at := 7 * 3073
	if d.Test.Labels[7] != int(raw[at]) || !slices.Equal(d.Test.Image(7), raw[at+1:at+3073]) {
		t.Error("image 7 is not what the file has there")
	}
}

func TestCIFAR100UsesTheFineLabel(t *testing.T) {
	record := append([]byte{3, 77}, make([]byte, 3072)...)
	d, err := Open("cifar100:" + write(t, filepath.Join(t.TempDir(), "train.bin"), record))
	if err != nil || d.Train.Labels[0] != 77 || len(d.Train.Classes) != 100 || d.Test != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	dir := t.TempDir()
	images, labels := new(bytes.Buffer), new(bytes.Buffer)
	if err := errors.Join(writeIDX(images, []int{2, 4, 4}, make([]uint8, 32)), writeIDX(labels, []int{3}, []uint8{0, 1, 2})); err != nil {
		t.Fatal(err)
	}
	idx := func(name string, images, labels []byte) string {
		write(t, filepath.Join(dir, name, "train-images-idx3-ubyte.gz"), images)
		write(t, filepath.Join(dir, name, "train-labels-idx1-ubyte.gz"), labels)
		return "idx:" + filepath.Join(dir, name)
	}
	big := append([]byte{11}, make([]byte, 3072)...)
	write(t, filepath.Join(dir, "folder", "a", "x.png"), []byte("no image"))
	write(t, filepath.Join(dir, "empty", "a", "x.txt"), nil)
	write(t, filepath.Join(dir, "one", "a", "x.png"), encoded(t, image.NewGray(image.Rect(0, 0, 4, 4))))
	write(t, filepath.Join(dir, "half", "t10k-images-idx3-ubyte.gz"), images.Bytes())
	for name, want := range map[string]string{
		"cifar10:" + write(t, filepath.Join(dir, "short.bin"), make([]byte, 3072)): "3073 bytes an image",
		"cifar10:" + write(t, filepath.Join(dir, "label.bin"), big):                "label 11",
		"cifar10:" + filepath.Join(dir, "none.bin"):                                "none.bin",
		idx("cut", images.Bytes()[:images.Len()-9], labels.Bytes()):                "train-images",
		idx("labels", images.Bytes(), labels.Bytes()):                              "for 2 images",
		idx("swapped", labels.Bytes(), images.Bytes()):                             "dimensions [3]",
		idx("magic", []byte("hello"), labels.Bytes()):                              "not an IDX file",
		"idx:" + filepath.Join(dir, "nowhere"):                                     "nowhere: no such folder",
		"idx:" + filepath.Join(dir, "one"):                                         "none of train-images-idx3-ubyte",
		"idx:" + filepath.Join(dir, "half"):                                        "t10k-labels-idx1-ubyte: file does not exist, plain or .gz",
		"cifar10:" + filepath.Join(dir, "none.bin") + ",":                          "a file name is empty",
		"folder:" + filepath.Join(dir, "one"):                                      "one class, a: want at least two",
		"folder:" + filepath.Join(dir, "folder"):                                   "x.png",
		"folder:" + filepath.Join(dir, "empty"):                                    "no PNG",
		"mnist":                                                                    "want",
		"zip:x":                                                                    "unknown kind",
	} {
		if _, err := Open(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one with %q", name, err, want)
		}
	}
}

func TestFolderSortsClassesAndKeepsColour(t *testing.T) {
	dir := t.TempDir()
	save := func(path string, c color.Color) {
		img := image.NewNRGBA(image.Rect(0, 0, 4, 4))
		for i := range 16 {
			img.Set(i%4, i/4, c)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, path), b.Bytes())
	}
	save("train/dog/1.png", color.NRGBA{10, 20, 30, 255})
	save("train/cat/1.png", color.NRGBA{1, 2, 3, 255})
	save("train/cat/2.PNG", color.NRGBA{4, 5, 6, 255})
	save("test/cat/1.png", color.NRGBA{7, 8, 9, 255})
	save("test/dog/1.png", color.NRGBA{0, 0, 0, 255})
	d, err := Open("folder:" + dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(d.Train.Classes, []string{"cat", "dog"}) || !slices.Equal(d.Train.Counts(3), []int{2, 1}) || d.Test.Len() != 2 {
		t.Errorf("classes %v, labels %v, %d test images", d.Train.Classes, d.Train.Labels, d.Test.Len())
	}
	if p := d.Train.Image(slices.Index(d.Train.Labels, 1)); p[0] != 10 || p[16] != 20 || p[47] != 30 {
		t.Errorf("pixels %v: want planes of 10, 20, 30", p)
	}
	save("train/dog/2.png", color.NRGBA{})
	if err := os.Rename(filepath.Join(dir, "test/dog"), filepath.Join(dir, "test/wolf")); err != nil {
		t.Fatal(err)
	}
	if _, err := Open("folder:" + dir); err == nil || !strings.Contains(err.Error(), "wolf") {
		t.Errorf("other classes in the test part: error %v", err)
	}
}

func TestResizeIsTheMeanOverTheArea(t *testing.T) {
	s := &Set{Channels: 1, Side: 3, Classes: []string{"a"}, Labels: []int{0}, Pixels: []uint8{0, 90, 180, 30, 60, 90, 120, 150, 180}}
	got, err := s.Resize(2)
	if err != nil {
		t.Fatal(err)
	}
	// A new pixel covers 1.5 x 1.5 old ones: the corner wholly, two by half, the middle by a quarter.
	corner := func(a, b, c, m float64) uint8 { return uint8(math.Round((a + b/2 + c/2 + m/4) / 2.25)) }
	want := []uint8{corner(0, 90, 30, 60), corner(180, 90, 90, 60), corner(120, 30, 150, 60), corner(180, 90, 150, 60)}
	if !slices.Equal(got.Pixels, want) {
		t.Errorf("%v, want %v", got.Pixels, want)
	}
	if up, err := s.Resize(6); err != nil || up.Pixels[0] != 0 || up.Pixels[2] != 90 || up.Pixels[35] != 180 {
		t.Errorf("to twice the side: %v, %v", up.Pixels, err)
	}
	if _, err := s.Resize(0); err == nil {
		t.Error("no error for side 0")
	}
}

func TestSplitIsAPartition(t *testing.T) {
	d, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	rest, part, err := d.Test.Split(512, 1)
	if err != nil {
		t.Fatal(err)
	}
	if rest.Len() != 1536 || part.Len() != 512 {
		t.Fatalf("%d and %d images", rest.Len(), part.Len())
	}
	seen := map[string]int{}
	for _, s := range []*Set{rest, part} {
		for i := range s.Len() {
			seen[string(s.Image(i))]++
		}
	}
	for i := range d.Test.Len() {
		seen[string(d.Test.Image(i))]--
	}
	for _, n := range seen {
		if n != 0 {
			t.Fatal("the parts do not hold the same images as the whole")
		}
	}
	if _, other, err := d.Test.Split(512, 2); err != nil || other.Digest() == part.Digest() {
		t.Errorf("another seed drew the same images (%v)", err)
	}
	if _, _, err := d.Test.Split(2049, 1); err == nil {
		t.Error("no error for more images than there are")
	}
}

func TestNormalizationIsMeanAndDeviation(t *testing.T) {
	s := &Set{Channels: 2, Side: 1, Labels: []int{0, 0}, Pixels: []uint8{0, 51, 255, 51}}
	mean, std := s.Normalization()
	if !slices.Equal(mean, []float32{.5, .2}) || !slices.Equal(std, []float32{.5, 1}) {
		t.Errorf("mean %v, std %v; want [.5 .2], [.5 1]: a constant channel is not divided", mean, std)
	}
}

func TestAugmentationMovesAndMirrors(t *testing.T) {
	s := &Set{Channels: 1, Side: 2, Labels: []int{0}, Pixels: []uint8{51, 102, 153, 204}}
	dst := make([]float32, 4)
	for _, c := range []struct {
		dy, dx int
		flip   bool
		want   []float32
	}{
		{0, 0, false, []float32{.2, .4, .6, .8}},
		{0, 0, true, []float32{.4, .2, .8, .6}},
		{1, 0, false, []float32{.6, .8, 0, 0}},
		{0, -1, false, []float32{0, .2, 0, .6}},
		{0, -1, true, []float32{.2, 0, .6, 0}},
	} {
		s.write(dst, 0, c.dy, c.dx, c.flip)
		if !slices.Equal(dst, c.want) {
			t.Errorf("%+v: %v", c, dst)
		}
	}
}

func TestAugmentationDrawsEveryVariant(t *testing.T) {
	s := &Set{Channels: 1, Side: 2, Labels: []int{0}, Pixels: []uint8{51, 102, 153, 204}}
	seen := map[[4]float32]int{}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1800 {
		var out [4]float32
		Augmentation{Crop: 1, Flip: true}.Write(out[:], s, []int{0}, r)
		seen[out]++
	}
	if len(seen) != 18 {
		t.Errorf("%d variants, want 3 x 3 windows, mirrored or not", len(seen))
	}
	for v, n := range seen { // 100 expected, standard deviation 10
		if n < 55 || n > 145 {
			t.Errorf("%v came %d times", v, n)
		}
	}
}

func TestReduceWritesWhatOpenReads(t *testing.T) {
	d, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	small, err := d.Reduce(50, 20, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := small.Write(dir); err != nil {
		t.Fatal(err)
	}
	back, err := Open("idx:" + dir)
	if err != nil || back.Train.Digest() != small.Train.Digest() || back.Test.Digest() != small.Test.Digest() {
		t.Errorf("what was read is not what was written (%v)", err)
	}
	if err := small.Write(dir); err == nil || !strings.Contains(err.Error(), "train-images-idx3-ubyte.gz is there") {
		t.Errorf("files were replaced: error %v", err)
	}
	if _, err := d.Reduce(5000, 0, 8, 1); err == nil || !strings.Contains(err.Error(), "4096") && !strings.Contains(err.Error(), "has") {
		t.Errorf("too many images: error %v", err)
	}
}

func TestWriteKeepsColour(t *testing.T) {
	dir := t.TempDir()
	d := &Data{Test: &Set{Channels: 3, Side: 2, Classes: []string{"0", "1"}, Labels: []int{1, 0}, Pixels: make([]uint8, 24)}}
	for i := range d.Test.Pixels {
		d.Test.Pixels[i] = uint8(i)
	}
	if err := d.Write(dir); err != nil {
		t.Fatal(err)
	}
	back, err := Open("idx:" + dir)
	if err != nil || back.Train != nil || back.Test.Digest() != d.Test.Digest() {
		t.Errorf("what was read is not what was written (%v)", err)
	}
}

func TestFailedWriteLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	few, many := numbered(2), numbered(257)
	d := &Data{
		Train: &Set{Channels: 1, Side: 1, Classes: few, Labels: []int{1}, Pixels: []uint8{1}},
		Test:  &Set{Channels: 1, Side: 1, Classes: many, Labels: []int{256}, Pixels: []uint8{1}},
	}
	if err := d.Write(dir); err == nil || !strings.Contains(err.Error(), "257 classes") {
		t.Errorf("error %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left %v (%v)", left, err)
	}
}

// A test part may be grey where the training part has colour, and either may be missing.
func TestFolderPartsAgreeInChannels(t *testing.T) {
	dir := t.TempDir()
	for _, class := range []string{"a", "b"} {
		write(t, filepath.Join(dir, "train", class, "1.png"), encoded(t, image.NewNRGBA(image.Rect(0, 0, 4, 4))))
		write(t, filepath.Join(dir, "test", class, "1.png"), encoded(t, image.NewGray16(image.Rect(0, 0, 4, 4))))
	}
	d, err := Open("folder:" + dir)
	if err != nil || d.Train.Channels != 3 || d.Test.Channels != 3 || len(d.Test.Pixels) != 2*3*16 {
		t.Errorf("%+v, %v", d, err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "train")); err != nil {
		t.Fatal(err)
	}
	if d, err = Open("folder:" + dir); err != nil || d.Train != nil || d.Test.Channels != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}

func encoded(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOneBadImageIsNamed(t *testing.T) {
	good := encoded(t, image.NewGray(image.Rect(0, 0, 4, 4)))
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"cut":    {good[:len(good)-20], "unexpected EOF"},
		"text":   {[]byte("text"), "unknown format"},
		"empty":  {nil, "unknown format"},
		"larger": {encoded(t, image.NewGray(image.Rect(0, 0, 8, 8))), "8x8 pixels: want 4x4"},
		"oblong": {encoded(t, image.NewGray(image.Rect(0, 0, 4, 8))), "4x8 pixels: want 4x4"},
	} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "a", "1.png"), good)
		bad := write(t, filepath.Join(dir, "b", "2.png"), c.content)
		_, err := Open("folder:" + dir)
		var file *FileError
		if !errors.As(err, &file) || file.Path != bad || !strings.Contains(file.Reason, c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func FuzzReadIDX(f *testing.F) {
	var b bytes.Buffer
	if err := writeIDX(&b, []int{1, 2, 2}, []uint8{1, 2, 3, 4}); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte{0, 0, 8, 1, 0, 0, 0, 1, 9})
	f.Add([]byte{0, 0, 8, 4, 255, 255, 255, 255, 255, 255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		shape, values, err := readIDX(bytes.NewReader(b))
		if err != nil {
			return
		}
		n := 1
		for _, d := range shape {
			n *= d
		}
		if n != len(values) {
			t.Errorf("shape %v, %d values", shape, len(values))
		}
	})
}
