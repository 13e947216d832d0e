package corruption

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption/npy"
)

// writeArray writes bytes as NumPy does.
func writeArray(t rapid.TB, path, kind string, shape []int, numbers []byte) {
	t.Helper()
	text := strings.ReplaceAll(strings.Trim(fmt.Sprint(shape), "[]"), " ", ", ")
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }\n", kind, text)
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(header)))
	if err := os.WriteFile(path, append(append(b, header...), numbers...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeReleased writes a folder with images of fog, (severity, image, row, column, channel) counting up, and labels that
// are the image's number.
func writeReleased(t rapid.TB, dir string, images, side, channels int) {
	t.Helper()
	pixels := make([]byte, Severities*images*side*side*channels)
	for i := range pixels {
		pixels[i] = byte(i)
	}
	shape := []int{Severities * images, side, side, channels}
	if channels == 1 {
		shape = shape[:3]
	}
	writeArray(t, filepath.Join(dir, "fog.npy"), "|u1", shape, pixels)
	var labels []byte
	for i := range Severities * images {
		labels = binary.LittleEndian.AppendUint64(labels, uint64(i%images))
	}
	writeArray(t, filepath.Join(dir, "labels.npy"), "<i8", []int{Severities * images}, labels)
}

func TestReleasedImagesAreInBlocksOfSeverities(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		images, side := rapid.IntRange(1, 20).Draw(t, "images"), rapid.IntRange(1, 5).Draw(t, "side")
		channels := rapid.SampledFrom([]int{1, 3}).Draw(t, "channels")
		writeReleased(t, dir, images, side, channels)
		r, err := OpenReleased(dir)
		if err != nil {
			t.Fatal(err)
		}
		labels := make([]int, images)
		for i := range labels {
			labels[i] = i
		}
		if err := r.Check(labels); err != nil || r.Len() != images {
			t.Fatalf("%d images, %v", r.Len(), err)
		}
		severity := rapid.IntRange(1, Severities).Draw(t, "severity")
		index := rapid.SliceOf(rapid.IntRange(0, images-1)).Draw(t, "index")
		x, err := r.Images(context.Background(), "fog", severity, index)
		if err != nil {
			t.Fatal(err)
		}
		if want := (robustness.Shape{Channels: channels, Height: side, Width: side}); x.Shape != want || x.Len() != len(index) {
			t.Fatalf("%d images of %v, want %d of %v", x.Len(), x.Shape, len(index), want)
		}
		for i, at := range index {
			for p, v := range x.Image(i) {
				c, pixel := p/(side*side), p%(side*side)
				if want := byte((((severity-1)*images+at)*side*side+pixel)*channels + c); v != want {
					t.Fatalf("image %d, channel %d, pixel %d is %d, want %d", at, c, pixel, v, want)
				}
			}
		}
	})
}

func TestReleasedRefusesWhatItIsNot(t *testing.T) {
	const images = 4
	labels := make([]byte, Severities*images) // of bytes
	for name, c := range map[string]struct {
		spoil func(dir string)
		want  string
	}{
		"no files": {func(dir string) { os.Remove(filepath.Join(dir, "fog.npy")) },
			"DIR: no corrupted images: want files like fog.npy, and labels.npy"},
		"no labels": {func(dir string) { os.Remove(filepath.Join(dir, "labels.npy")) },
			"open DIR/labels.npy: no such file or directory"},
		"labels that are no multiple": {func(dir string) { writeArray(t, dir+"/labels.npy", "|u1", []int{19}, labels[:19]) },
			"DIR/labels.npy: its shape is [19]: want one axis of as many labels at each of 5 severities"},
		"labels of two axes": {func(dir string) { writeArray(t, dir+"/labels.npy", "|u1", []int{20, 1}, labels) },
			"DIR/labels.npy: its shape is [20 1]: want one axis of as many labels at each of 5 severities"},
		"no label": {func(dir string) { writeArray(t, dir+"/labels.npy", "|u1", []int{0}, nil) },
			"DIR/labels.npy: its shape is [0]: want one axis of as many labels at each of 5 severities"},
		"labels in another order": {func(dir string) {
			writeArray(t, dir+"/labels.npy", "|u1", []int{20}, []byte("00000000000100000000"))
		}, "DIR/labels.npy: label 11 is 49, but 48 for the same image at severity 1: want the same order at all severities"},
		"labels below 0": {func(dir string) {
			writeArray(t, dir+"/labels.npy", "|i1", []int{5}, []byte{255, 255, 255, 255, 255})
		}, "DIR/labels.npy: label 0 is -1: want none below 0"},
		"floats": {func(dir string) { writeArray(t, dir+"/fog.npy", "<f4", []int{20, 2, 2, 3}, make([]byte, 20*12*4)) },
			`DIR/fog.npy: numbers of type "<f4": want whole ones, u1 for pixels`},
		"signed": {func(dir string) { writeArray(t, dir+"/fog.npy", "|i1", []int{20, 2, 2, 3}, make([]byte, 20*12)) },
			"DIR/fog.npy: its type is int8: want uint8"},
		"channels first": {func(dir string) { writeArray(t, dir+"/fog.npy", "|u1", []int{20, 3, 2, 2}, make([]byte, 20*12)) },
			"DIR/fog.npy: its shape is [20 3 2 2]: want (images, height, width, channels), 1 or 3 of these"},
		"flat": {func(dir string) { writeArray(t, dir+"/fog.npy", "|u1", []int{20, 12}, make([]byte, 20*12)) },
			"DIR/fog.npy: its shape is [20 12]: want (images, height, width, channels), 1 or 3 of these"},
		"one severity": {func(dir string) { writeArray(t, dir+"/fog.npy", "|u1", []int{4, 2, 2, 3}, make([]byte, 4*12)) },
			"DIR/fog.npy: 4 images, but labels.npy has 20 labels: want as many"},
		"cut": {func(dir string) { os.Truncate(dir+"/fog.npy", 200) },
			"DIR/fog.npy: cut short: 122 bytes of numbers, want 240 for [20 2 2 3] of uint8"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeReleased(t, dir, images, 2, 3)
			c.spoil(dir)
			r, err := OpenReleased(dir)
			if err == nil {
				_, err = r.Images(t.Context(), "fog", 1, []int{0})
			}
			if got := strings.ReplaceAll(fmt.Sprint(err), dir, "DIR"); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if wrong := (*npy.Error)(nil); !errors.As(err, &wrong) && !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%T", err)
			}
		})
	}
}

func TestReleasedSaysWhatItHas(t *testing.T) {
	dir := t.TempDir()
	writeReleased(t, dir, 4, 2, 3)
	r, err := OpenReleased(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Names(); !slices.Equal(got, []string{"fog"}) {
		t.Errorf("names %v", got)
	}
	cancelled, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cancel(cause)
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"severity 0": {second(r.Images(t.Context(), "fog", 0, nil)), "severity is 0: want 1 to 5"},
		"severity 6": {second(r.Images(t.Context(), "fog", 6, nil)), "severity is 6: want 1 to 5"},
		"no such corruption": {second(r.Images(t.Context(), "fgo", 1, nil)),
			`corruption is "fgo": want one that DIR has: fog; did you mean fog?`},
		"no such image": {second(r.Images(t.Context(), "fog", 1, []int{4})), "image is 4: want 0 to 3"},
		"cancelled":     {second(r.Images(cancelled, "fog", 1, []int{1})), "enough"},
		"digest":        {second(r.Digest(cancelled, "fog")), "enough"},
		"another order": {r.Check([]int{0, 2, 1, 3}), "DIR/labels.npy: 2 of 4 labels differ from the test set's, first that " +
			"of image 1, 1 and not 2: these are images of another set, or in another order"},
		"fewer": {r.Check([]int{0}), "DIR/labels.npy: labels of 4 images at each severity, but the test set has 1: these " +
			"are images of another set"},
	} {
		if got := strings.ReplaceAll(fmt.Sprint(c.err), dir, "DIR"); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestReleasedDigestIsThatOfImagesAndLabels(t *testing.T) {
	digest := func(change func(dir string)) string {
		dir := t.TempDir()
		writeReleased(t, dir, 4, 2, 3)
		change(dir)
		r, err := OpenReleased(dir)
		if err != nil {
			t.Fatal(err)
		}
		d, err := r.Digest(t.Context(), "fog")
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	same := digest(func(string) {})
	if again := digest(func(string) {}); again != same {
		t.Errorf("%s, then %s", same, again)
	}
	for name, change := range map[string]func(dir string){
		"pixels": func(dir string) { writeArray(t, dir+"/fog.npy", "|u1", []int{20, 2, 2, 3}, make([]byte, 240)) },
		"shape":  func(dir string) { writeReleased(t, dir, 12, 2, 1) },
		"labels": func(dir string) { writeArray(t, dir+"/labels.npy", "|u1", []int{20}, make([]byte, 20)) },
	} {
		if other := digest(change); other == same {
			t.Errorf("%s: the same digest", name)
		}
	}
}
