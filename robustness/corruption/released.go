package corruption

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption/npy"
)

// labelsFile holds the labels of a released set. All other files of its folder are named after a corruption.
const (
	labelsFile = "labels.npy"
	extension  = ".npy"
)

// Released is a set of corrupted images that somebody published in the form of CIFAR-10-C: a folder with a file
// <corruption>.npy for each corruption, of shape (images, height, width, channels) and type uint8, and labels.npy. The
// images are those of a test set under each severity in turn: of 50,000 the first 10,000 are those at severity 1. It is
// safe for concurrent use.
type Released struct {
	dir    string
	names  []string
	labels []int // of the images of one severity
}

// OpenReleased opens a folder. Its errors are an [*npy.Error] for what is not as it should be there, and those of the
// file system.
func OpenReleased(dir string) (*Released, error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("corrupted images: %w", err)
	}
	r := &Released{dir: dir}
	for _, f := range files {
		if name, ok := strings.CutSuffix(f.Name(), extension); ok && f.Name() != labelsFile && name != "" && name[0] != '.' {
			r.names = append(r.names, name)
		}
	}
	if len(r.names) == 0 {
		return nil, &npy.Error{Path: dir, Reason: "no corrupted images: want files like fog.npy, and " + labelsFile}
	}
	if r.labels, err = readLabels(filepath.Join(dir, labelsFile)); err != nil {
		return nil, err
	}
	return r, nil
}

// readLabels returns the labels of one severity. They are the same for each.
func readLabels(path string) ([]int, error) {
	a, err := npy.Open(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	if n := a.Len(); len(a.Shape) != 1 || n == 0 || n%Severities != 0 {
		want := fmt.Sprintf("want one axis of as many labels at each of %d severities", Severities)
		return nil, &npy.Error{Path: path, Reason: fmt.Sprintf("its shape is %v: %s", a.Shape, want)}
	}
	all, err := a.Ints()
	if err != nil {
		return nil, err
	}
	labels := all[:len(all)/Severities]
	for i, l := range all {
		if want := labels[i%len(labels)]; l != want {
			return nil, &npy.Error{Path: path, Reason: fmt.Sprintf(
				"label %d is %d, but %d for the same image at severity 1: want the same order at all severities", i, l, want)}
		}
		if l < 0 {
			return nil, &npy.Error{Path: path, Reason: fmt.Sprintf("label %d is %d: want none below 0", i, l)}
		}
	}
	return labels, nil
}

// Names lists the corruptions that there are files of, in the order of their names.
func (r *Released) Names() []string { return slices.Clone(r.names) }

// Len returns the number of images at each severity.
func (r *Released) Len() int { return len(r.labels) }

// Check says whether the images are those of a test set, given the labels of its images in their order. Its error is an
// [*npy.Error].
func (r *Released) Check(labels []int) error {
	path := filepath.Join(r.dir, labelsFile)
	if len(labels) != len(r.labels) {
		return &npy.Error{Path: path, Reason: fmt.Sprintf(
			"labels of %s images at each severity, but the test set has %s: these are images of another set",
			numeral.Thousands(len(r.labels)), numeral.Thousands(len(labels)))}
	}
	differ, first := 0, 0
	for i, l := range labels {
		if l != r.labels[i] {
			if differ == 0 {
				first = i
			}
			differ++
		}
	}
	if differ == 0 {
		return nil
	}
	return &npy.Error{Path: path, Reason: fmt.Sprintf(
		"%s of %s labels differ from the test set's, first that of image %d, %d and not %d: these are images of another "+
			"set, or in another order", numeral.Thousands(differ), numeral.Thousands(len(labels)),
		first, r.labels[first], labels[first])}
}

// Images reads images at a severity, by their numbers in the test set. Its errors are a [*robustness.ConfigError] for a
// corruption, severity or image that there is not, an [*npy.Error] for a file that is not as it should be, those of
// reading, and the cause of ctx's end.
func (r *Released) Images(ctx context.Context, name string, severity int, index []int) (Images, error) {
	if err := validSeverity(severity); err != nil {
		return Images{}, err
	}
	a, shape, err := r.open(name)
	if err != nil {
		return Images{}, err
	}
	defer a.Close()
	x := Images{shape, make([]uint8, len(index)*shape.Size())}
	buffer := make([]uint8, shape.Size())
	for i, at := range index {
		if at < 0 || at >= r.Len() {
			want := fmt.Sprintf("0 to %d", r.Len()-1)
			return Images{}, &robustness.ConfigError{Setting: "image", Value: at, Want: want}
		}
		if err := context.Cause(ctx); err != nil {
			return Images{}, err
		}
		if err := a.Bytes(buffer, (severity-1)*r.Len()+at); err != nil {
			return Images{}, err
		}
		planar(x.Image(i), buffer, shape.Channels)
	}
	return x, nil
}

// planar writes an image of pixels one after the other as one of channels.
func planar(to, x []uint8, channels int) {
	plane := len(x) / channels
	for c := range channels {
		for i := range plane {
			to[c*plane+i] = x[i*channels+c]
		}
	}
}

// open opens the images of a corruption.
func (r *Released) open(name string) (*npy.Array, robustness.Shape, error) {
	var none robustness.Shape
	if !slices.Contains(r.names, name) {
		want := fmt.Sprintf("one that %s has: %s%s", r.dir, strings.Join(r.names, " "), nearest.Hint(name, r.names))
		return nil, none, &robustness.ConfigError{Setting: "corruption", Value: fmt.Sprintf("%q", name), Want: want}
	}
	a, err := npy.Open(filepath.Join(r.dir, name+extension))
	if err != nil {
		return nil, none, err
	}
	shape, err := r.shape(a)
	if err != nil {
		_ = a.Close() // nothing was written
		return nil, none, err
	}
	return a, shape, nil
}

// shape is that of the images of an array. What has three axes is grey.
func (r *Released) shape(a *npy.Array) (robustness.Shape, error) {
	s := robustness.Shape{Channels: 1}
	if len(a.Shape) == 4 {
		s.Channels = a.Shape[3]
	}
	if len(a.Shape) == 3 || len(a.Shape) == 4 {
		s.Height, s.Width = a.Shape[1], a.Shape[2]
	}
	switch {
	case !a.Type.Byte():
		return s, &npy.Error{Path: a.Path, Reason: fmt.Sprintf("its type is %v: want uint8", a.Type)}
	case s.Height < 1 || s.Width < 1 || s.Channels != 1 && s.Channels != 3:
		want := "want (images, height, width, channels), 1 or 3 of these"
		return s, &npy.Error{Path: a.Path, Reason: fmt.Sprintf("its shape is %v: %s", a.Shape, want)}
	case a.Len() != Severities*r.Len():
		return s, &npy.Error{Path: a.Path, Reason: fmt.Sprintf("%s images, but %s has %s labels: want as many",
			numeral.Thousands(a.Len()), labelsFile, numeral.Thousands(Severities*r.Len()))}
	}
	return s, nil
}

// Digest identifies the images of a corruption and their labels. It reads the file. Its errors are those of
// [Released.Images].
func (r *Released) Digest(ctx context.Context, name string) (string, error) {
	a, _, err := r.open(name)
	if err != nil {
		return "", err
	}
	defer a.Close()
	sum := sha256.New()
	fmt.Fprintln(sum, a.Shape, r.labels)
	const atOnce = 256
	rows := make([]uint8, atOnce*a.Row())
	for i := 0; i < a.Len(); i += atOnce {
		rows = rows[:min(atOnce, a.Len()-i)*a.Row()]
		if err := context.Cause(ctx); err != nil {
			return "", err
		}
		if err := a.Bytes(rows, i); err != nil {
			return "", err
		}
		if _, err := sum.Write(rows); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}
