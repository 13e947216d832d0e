package trainer

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

func tensorsOf(w *Weights) map[string][]float32 {
	m := map[string][]float32{}
	w.Tensors(func(name string, _ []int, values []float32) { m[name] = values })
	return m
}

var smallNetwork = nasbench201.Network{Channels: 6, Depth: 2, Classes: 5, Image: 8, Inputs: 3}

func newSmall(t *testing.T, arch space.Arch, seed uint64) *Weights {
	t.Helper()
	w, err := NewWeights(Spec{Cell: mustCell(t, arch), Network: smallNetwork}, seed)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestCellsShareInitialWeightsByPosition(t *testing.T) {
	a := tensorsOf(newSmall(t, "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|nor_conv_3x3~2|", 3))
	b := tensorsOf(newSmall(t, "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_3x3~1|+|none~0|none~1|nor_conv_3x3~2|", 3))
	for _, name := range []string{"stem.0.weight", "cells.2.conv_a.op.1.weight", "cells.4.layers.0.op.1.weight", "cells.0.layers.5.op.1.weight", "classifier.weight", "classifier.bias"} {
		if len(a[name]) == 0 || !slices.Equal(a[name], b[name]) {
			t.Errorf("%s differs", name)
		}
	}
	const other = "cells.0.layers.2.op.1.weight"
	if len(a[other]) == len(b[other]) {
		t.Errorf("%s: a 1x1 and a 3x3 convolution have %d weights", other, len(a[other]))
	}
	if c := tensorsOf(newSmall(t, "|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|nor_conv_3x3~2|", 4)); slices.Equal(a["stem.0.weight"], c["stem.0.weight"]) {
		t.Error("another seed gave the same stem")
	}
}

func TestInitialWeightsAreUniform(t *testing.T) {
	for name, values := range tensorsOf(newSmall(t, mixedArch, 1)) {
		if !strings.HasSuffix(name, "op.1.weight") {
			continue
		}
		var sum, squares, most float64
		for _, v := range values {
			sum += float64(v)
			squares += float64(v) * float64(v)
			most = math.Max(most, math.Abs(float64(v)))
		}
		n := float64(len(values))
		// U(-b, b) has standard deviation b / sqrt 3; b is 1 / sqrt(fan in), the largest value nearly b.
		if sd := math.Sqrt(squares / n); math.Abs(sd/most*math.Sqrt(3)-1) > .25 || math.Abs(sum/n) > 4*sd/math.Sqrt(n) {
			t.Errorf("%s: mean %v, sd %v, largest %v", name, sum/n, sd, most)
		}
	}
}

func TestParamsIsTheBenchmarksCount(t *testing.T) {
	for _, arch := range []space.Arch{mixedArch, benchmarkArch, "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"} {
		w := newSmall(t, arch, 1)
		if got, want := int64(w.Params()), w.Network.Params(w.Cell); got != want {
			t.Errorf("%s: %d parameters, want %d", arch, got, want)
		}
	}
}

func TestWeightsSurviveAFile(t *testing.T) {
	w := newSmall(t, mixedArch, 7)
	w.Mean, w.Std = []float32{.1, .2, .3}, []float32{1, 2, 3}
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.params, w.params) || !slices.Equal(got.stats, w.stats) {
		t.Error("the weights changed")
	}
	if fmt.Sprint(got.Spec) != fmt.Sprint(w.Spec) {
		t.Errorf("network %v became %v", w.Spec, got.Spec)
	}
	other := w.Spec
	other.Cell = mustCell(t, benchmarkArch)
	var missing *MissingTensorError
	if _, err := LoadAs(path, other); !errors.As(err, &missing) || !strings.HasPrefix(missing.Name, "cells.0.layers.") {
		t.Errorf("another cell: error %v", err)
	}
	other = w.Spec
	other.Channels = 4
	var shape *ShapeError
	if _, err := LoadAs(path, other); !errors.As(err, &shape) {
		t.Errorf("another width: error %v", err)
	}
}

func TestSaveLeavesTheOldFileWhenItFails(t *testing.T) {
	w := newSmall(t, mixedArch, 7)
	dir := t.TempDir()
	if err := w.Save(filepath.Join(dir, "no", "folder")); err == nil {
		t.Error("no error for a folder that does not exist")
	}
	path := filepath.Join(dir, "is a folder")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := w.Save(path); err == nil {
		t.Error("no error for a folder")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}

func TestLoadReadsWeightsMadeElsewhere(t *testing.T) {
	files := sharedtest.Cases(t, "attacks", "net.safetensors")
	var meta struct {
		Arch space.Arch
		C, N int
	}
	sharedtest.ReadJSON(t, strings.TrimSuffix(files[0], ".safetensors")+".json", &meta)
	if _, err := Load(files[0]); !errors.Is(err, ErrNoDescription) {
		t.Errorf("without a description: error %v", err)
	}
	s := Spec{Cell: mustCell(t, meta.Arch), Network: nasbench201.Network{Channels: meta.C, Depth: meta.N, Classes: 10, Image: 32, Inputs: 3}}
	if _, err := LoadAs(files[0], s); err != nil {
		t.Error(err)
	}
	s.Cell = mustCell(t, "|nor_conv_3x3~0|+|none~0|none~1|+|none~0|skip_connect~1|skip_connect~2|") // all of its tensors are there
	var extra *ExtraTensorError
	if _, err := LoadAs(files[0], s); !errors.As(err, &extra) || !strings.HasPrefix(extra.Name, "cells.0.layers.") {
		t.Errorf("a cell of fewer convolutions: error %v", err)
	}
}

func TestDeadConvolutionsHaveWeights(t *testing.T) {
	w := newSmall(t, "|none~0|+|none~0|nor_conv_3x3~1|+|nor_conv_1x1~0|none~1|none~2|", 1)
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	w.Tensors(func(name string, _ []int, _ []float32) { names[name] = true })
	if !names["cells.0.layers.2.op.1.weight"] {
		t.Error("the convolution of a node that gets nothing has no weights, which files made elsewhere have")
	}
	if _, err := LoadAs(path, w.Spec); err != nil {
		t.Error(err)
	}
}

func TestSpecNamesTheBadField(t *testing.T) {
	good := Spec{Network: nasbench201.Network{Channels: 4, Depth: 1, Classes: 10, Image: 8, Inputs: 1}}
	for field, change := range map[string]func(*Spec){
		"channels": func(s *Spec) { s.Channels = 0 }, "cells in a stage": func(s *Spec) { s.Depth = 0 },
		"classes": func(s *Spec) { s.Classes = 0 }, "image channels": func(s *Spec) { s.Inputs = -1 },
		"image side": func(s *Spec) { s.Image = 30 }, "normalisation": func(s *Spec) { s.Mean = []float32{1} },
		"standard deviation":                             func(s *Spec) { s.Mean, s.Std = []float32{0}, []float32{0} },
		"number of parameters":                           func(s *Spec) { s.Channels = mostOfAny },
		"number of values of an image with all channels": func(s *Spec) { s.Image = mostOfAny },
	} {
		s := good
		change(&s)
		var bad *SpecError
		if _, err := NewWeights(s, 1); !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: error %v", field, err)
		}
	}
}

func FuzzReadSafetensors(f *testing.F) {
	var whole bytes.Buffer
	s := new(Safetensors)
	s.Add("a", []int{2, 3}, make([]float32, 6))
	if _, err := s.WriteTo(&whole); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add([]byte{2, 0, 0, 0, 0, 0, 0, 0, '{', '}'})
	f.Add([]byte("garbage that is longer than a header"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := ReadSafetensors(bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, name := range s.Names() {
			shape, values, err := s.Floats(name)
			n := 1
			for _, d := range shape {
				n *= d
			}
			if err == nil && n != len(values) {
				t.Errorf("%s: shape %v, %d values", name, shape, len(values))
			}
		}
	})
}

func TestSaveRemovesWhatAKilledProcessLeft(t *testing.T) {
	w := newSmall(t, mixedArch, 7)
	dir := t.TempDir()
	path := filepath.Join(dir, "w.safetensors")
	if err := os.WriteFile(filepath.Join(dir, ".w.safetensors.1.tmp"), make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(path); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v (%v)", entries, err)
	}
}
