package onnx

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/trainertest"
	"pgregory.net/rapid"
)

func written(t testing.TB, w *trainer.Weights) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, w); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// small is a network with every operation, some of which lead nowhere.
func small(t testing.TB) *trainer.Weights {
	t.Helper()
	cell, err := nasbench201.Parse("|nor_conv_3x3~0|+|avg_pool_3x3~0|skip_connect~1|+|nor_conv_1x1~0|none~1|none~2|")
	if err != nil {
		t.Fatal(err)
	}
	return trainertest.Trained(t, trainer.Spec{
		Cell: cell, Mean: []float32{.3}, Std: []float32{.2},
		Network: nasbench201.Network{Channels: 2, Depth: 1, Classes: 3, Image: 4, Inputs: 1},
	}, 3)
}

// Any network that is read back is the same, to the bit, and is written as before.
func TestReadReturnsWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := trainertest.Random(r, t)
		file := written(t, want)
		if !Begins(file) {
			r.Fatalf("% x is no beginning", file[:10])
		}
		got, err := Read(bytes.NewReader(file))
		if err != nil {
			r.Fatal(err)
		}
		wanted, err := want.Fingerprint()
		if err != nil || got.Digest != wanted || !slices.Equal(got.ClassNames, want.ClassNames) {
			r.Fatalf("digest %s, names %q; want %s, %q; %v", got.Digest, got.ClassNames, wanted, want.ClassNames, err)
		}
		if again := written(t, got); !bytes.Equal(again, file) {
			r.Fatal("written again it is another file")
		}
		x := trainertest.Pixels(want, 3)
		if a, b := trainertest.Logits(t, want, x), trainertest.Logits(t, got, x); !slices.Equal(a, b) {
			r.Fatalf("logits %v, want %v", b, a)
		}
	})
}

func TestNoBitFlipComputesSomethingElse(t *testing.T) {
	w := small(t)
	file, x := written(t, w), trainertest.Pixels(w, 2)
	want := trainertest.Logits(t, w, x)
	r, noticed := rand.New(rand.NewPCG(1, 2)), 0
	const flips = 2000
	for range flips {
		b := slices.Clone(file)
		bit := r.IntN(8 * len(b))
		b[bit/8] ^= 1 << (bit % 8)
		got, err := Read(bytes.NewReader(b))
		if err != nil {
			noticed++
		} else if logits := trainertest.Logits(t, got, x); !slices.Equal(logits, want) {
			t.Fatalf("bit %d: logits %v, want %v", bit, logits, want)
		}
	}
	if noticed < flips*9/10 {
		t.Errorf("%d of %d flips are noticed", noticed, flips)
	}
}

func TestOtherFilesAreExplained(t *testing.T) {
	w := small(t)
	m, err := decode(written(t, w))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := m
	elsewhere.metadata, elsewhere.producer = nil, "pytorch"
	if _, err := Read(bytes.NewReader(elsewhere.encode())); err == nil || !strings.Contains(err.Error(), "file of pytorch: of these only") {
		t.Errorf("%v: want an error that names the program", err)
	}
	if _, err := Read(strings.NewReader("")); err == nil || !strings.Contains(err.Error(), "no graph") {
		t.Errorf("an empty file: %v", err)
	}
	cut := written(t, w)
	if _, err := Read(bytes.NewReader(cut[:len(cut)/2])); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("half a file: %v", err)
	}
	quantised := m
	quantised.nodes = slices.Clone(m.nodes)
	quantised.nodes[3] = node{op: "QuantizeLinear", name: "q", inputs: []string{"stem.1"}, output: "q"}
	later := m
	later.opset = 21
	shifted := m
	shifted.tensors = slices.Clone(m.tensors)
	shifted.tensors[0].values = []float32{.5}
	longer := m
	longer.nodes = append(slices.Clone(m.nodes), node{op: "Softmax", name: "s", inputs: []string{"logits"}, output: "s"})
	for what, changed := range map[string]model{
		"operator 4 is QuantizeLinear(stem.1), want ": quantised, "opset 21, want 17": later, "normalize.mean is [0.5], want [0.3]": shifted,
		"is Softmax(logits), want missing": longer,
	} {
		_, err := Read(bytes.NewReader(changed.encode()))
		if _, ok := errors.AsType[*ChangedError](err); !ok || !strings.Contains(err.Error(), what) {
			t.Errorf("%v: want %q", err, what)
		}
	}
}

// ONNX's own checks pass, and ONNX Runtime computes the same logits, for one image and for more, of any network.
const checkByRuntime = `
import glob, sys
import numpy as np, onnx, onnxruntime
for path in sorted(glob.glob(sys.argv[1] + "/*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    known = {v.name: v.type.tensor_type.shape for v in inferred.graph.value_info}
    for node in model.graph.node[:-1]:
        assert len(known[node.output[0]].dim) in (2, 4), node
    assert model.opset_import[0].version == 17 and model.graph.input[0].type.tensor_type.shape.dim[0].dim_param == "batch"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim[1:]]
    images = np.fromfile(path + ".images", np.float32).reshape(-1, *shape)
    want = np.fromfile(path + ".logits", np.float32).reshape(len(images), -1)
    for batch in (len(images), 1):
        got, = session.run(["logits"], {"images": images[:batch]})
        worst = np.abs(got - want[:batch]).max()
        assert got.shape == want[:batch].shape and worst <= 1e-4 * max(1, np.abs(want).max()), (path, worst)
    print("checked", path, worst)
`

func TestRuntimeComputesTheSame(t *testing.T) {
	python := sharedtest.Python(t, "onnx", "onnxruntime", "numpy")
	dir, count := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		if count == 30 { // as many as one program reads within seconds
			return
		}
		w, path := trainertest.Random(r, t), filepath.Join(dir, fmt.Sprintf("%03d.onnx", count))
		if count++; count == 1 {
			w = small(t)
		}
		if err := os.WriteFile(path, written(t, w), 0o600); err != nil {
			r.Fatal(err)
		}
		x := trainertest.Pixels(w, 5)
		trainertest.WriteFloats(t, path+".images", x.Pixels)
		trainertest.WriteFloats(t, path+".logits", trainertest.Logits(t, w, x))
	})
	out, err := exec.CommandContext(t.Context(), python, "-c", checkByRuntime, dir).CombinedOutput()
	if err != nil || strings.Count(string(out), "checked") != count {
		t.Fatalf("%v\n%s", err, out)
	}
}

func FuzzRead(f *testing.F) {
	file := written(f, small(f))
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte("\x08\x08\x12\x04onnx"))
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		if again := written(t, w); len(again) == 0 {
			t.Error("what was read cannot be written")
		}
	})
}
