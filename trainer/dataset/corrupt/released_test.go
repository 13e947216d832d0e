package corrupt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
)

// npy is an array of bytes as NumPy writes it.
func npy(shape string, values []uint8) []byte {
	head := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': %s, }\n", shape)
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head)))
	return append(append(b, head...), values...)
}

// published writes a data set of test images and its released corruption, in which a pixel is that of the test image
// and the severity more. It returns the data set's name and the released folder.
func published(t *testing.T, set *dataset.Set, labels []int) (name, dir string) {
	t.Helper()
	name, dir = filepath.Join(t.TempDir(), "images"), t.TempDir()
	if err := (&dataset.Data{Test: set}).Write(name); err != nil {
		t.Fatal(err)
	}
	var pixels, all []uint8
	for severity := range corruption.Severities {
		for i := range set.Len() {
			for _, v := range set.Image(i) {
				pixels = append(pixels, v+uint8(severity)+1)
			}
			all = append(all, uint8(labels[i]))
		}
	}
	shape := fmt.Sprintf("(%d, %d, %d, 1)", 5*set.Len(), set.Side, set.Side)
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "fog.npy"), npy(shape, pixels), 0o644),
		os.WriteFile(filepath.Join(dir, "labels.npy"), npy(fmt.Sprintf("(%d,)", len(all)), all), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	return "idx:" + name, dir
}

func TestReleasedImagesAreFoundByTheTestImages(t *testing.T) {
	set := images(40)
	name, dir := published(t, set, set.Labels)
	s, err := corrupt.Open(corruption.Corruptions(), corrupt.Folders{Released: dir, Dataset: name}, corrupt.Room)
	if err != nil {
		t.Fatal(err)
	}
	fog, err := s.Named("fog")
	if err != nil {
		t.Fatal(err)
	}
	rest, part, err := set.Split(12, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, some := range []*dataset.Set{set, set.Drawn(7), rest, part} {
		if err := s.Has(some, 0); err != nil {
			t.Fatal(err)
		}
		for severity := 1; severity <= 5; severity++ {
			out, err := s.Under(t.Context(), some, fog, severity, 10)
			if err != nil || out.Len() != 10 || !slices.Equal(out.Labels, some.Labels[:10]) {
				t.Fatalf("%v, %v", out, err)
			}
			for i, v := range out.Pixels {
				if v != some.Pixels[i]+uint8(severity) {
					t.Fatalf("severity %d: pixel %d is %d, of %d", severity, i, v, some.Pixels[i])
				}
			}
		}
	}
	origin, err := s.Origin(t.Context(), fog)
	again, _ := s.Origin(t.Context(), fog)
	if err != nil || !strings.HasPrefix(origin, "released images ") || origin != again {
		t.Errorf("origin %q, %v", origin, err)
	}
}

func TestWhatWasNotReleasedIsRefused(t *testing.T) {
	set := images(20)
	name, dir := published(t, set, set.Labels)
	s, err := corrupt.Open(corruption.Corruptions(), corrupt.Folders{Released: dir, Dataset: name}, corrupt.Room)
	if err != nil {
		t.Fatal(err)
	}
	var file *corrupt.MissingFileError
	if _, err := s.Named("snow"); !errors.As(err, &file) || !strings.Contains(err.Error(), "has no snow.npy") {
		t.Errorf("a corruption without a file: error %v", err)
	}
	fog, err := s.Named("fog")
	if err != nil {
		t.Fatal(err)
	}
	var missing *corrupt.MissingError
	other := images(25)
	if err := s.Has(other, 20); err != nil {
		t.Errorf("the first 20 are there: %v", err)
	}
	if err := s.Has(other, 0); !errors.As(err, &missing) || missing.Image != 20 {
		t.Errorf("image 20 is none of the test images: error %v", err)
	}
	if _, err := s.Under(t.Context(), other, fog, 1, 0); !errors.As(err, &missing) {
		t.Errorf("error %v", err)
	}
	large, err := set.Resize(4)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Has(large, 0); !errors.As(err, &missing) {
		t.Errorf("images in another size: error %v", err)
	}
}

func TestReleasedImagesOfAnotherSetAreRefused(t *testing.T) {
	set := images(20)
	labels := slices.Clone(set.Labels)
	labels[3] = 1 - labels[3]
	name, dir := published(t, set, labels)
	for folders, want := range map[corrupt.Folders]string{
		{Released: dir, Dataset: name}:                    "1 of 20 labels differ",
		{Released: t.TempDir(), Dataset: name}:            "no corrupted images",
		{Released: dir, Dataset: "idx:" + t.TempDir()}:    "images",
		{Frost: t.TempDir()}:                              "no pictures of frost",
		{Frost: filepath.Join(dir, "fog.npy")}:            "fog.npy",
		{Released: filepath.Join(t.TempDir(), "nowhere")}: "nowhere",
	} {
		if _, err := corrupt.Open(corruption.Corruptions(), folders, 0); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", folders, err, want)
		}
	}
}

// The textures of a folder are another frost, and said to be.
func TestFrostOfAFolder(t *testing.T) {
	dir := t.TempDir()
	picture := image.NewGray(image.Rect(0, 0, 400, 400))
	for i := range picture.Pix {
		picture.Pix[i] = uint8(i * 7)
	}
	picture.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "frost1.png"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	var pixels [2][]uint8
	var origins [2]string
	for i, from := range []corrupt.Folders{{}, {Frost: dir}} {
		s, err := corrupt.Open(corruption.Corruptions(), from, corrupt.Room)
		if err != nil {
			t.Fatal(err)
		}
		frost, err := s.Named("frost")
		if err != nil {
			t.Fatal(err)
		}
		if origins[i], err = s.Origin(t.Context(), frost); err != nil {
			t.Fatal(err)
		}
		set := &dataset.Set{Channels: 1, Side: 16, Classes: []string{"a"}, Labels: []int{0}, Pixels: make([]uint8, 256)}
		out, err := s.Under(t.Context(), set, frost, 3, 0)
		if err != nil {
			t.Fatal(err)
		}
		pixels[i] = out.Pixels
	}
	if origins[0] == origins[1] || slices.Equal(pixels[0], pixels[1]) {
		t.Errorf("origins %q, the same pixels %v", origins, slices.Equal(pixels[0], pixels[1]))
	}
}
