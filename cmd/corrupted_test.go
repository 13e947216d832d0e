package cmd_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// npy is an array of bytes as NumPy writes it.
func npy(shape string, values []uint8) []byte {
	head := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': %s, }\n", shape)
	b := binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"), uint16(len(head)))
	return append(append(b, head...), values...)
}

// published writes a small data set, and its test images under fog in the form of CIFAR-10-C.
func published(t *testing.T) (name, dir string) {
	t.Helper()
	d, err := dataset.Open("")
	if err != nil {
		t.Fatal(err)
	}
	if d, err = d.Reduce(128, 60, 8, 1); err != nil {
		t.Fatal(err)
	}
	name, dir = filepath.Join(t.TempDir(), "small"), t.TempDir()
	if err := d.Write(name); err != nil {
		t.Fatal(err)
	}
	clean := corruption.Images{Shape: robustness.Shape{Channels: 1, Height: 8, Width: 8}, Pixels: d.Test.Pixels}
	var pixels, labels []uint8
	for severity := range corruption.Severities {
		x, err := corruption.Apply(t.Context(), corruption.Fog{}, severity+1, clean, corruption.Seed, 1)
		if err != nil {
			t.Fatal(err)
		}
		pixels = append(pixels, x.Pixels...)
		for _, l := range d.Test.Labels {
			labels = append(labels, uint8(l))
		}
	}
	err = errors.Join(
		os.WriteFile(filepath.Join(dir, "fog.npy"), npy("(300, 8, 8, 1)", pixels), 0o644),
		os.WriteFile(filepath.Join(dir, "labels.npy"), npy("(300,)", labels), 0o644))
	if err != nil {
		t.Fatal(err)
	}
	return "idx:" + name, dir
}

// run runs the program and returns what it prints. The exit code must be the one that is wanted.
func run(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := cmd.Run(t.Context(), cmd.Extensions{}, args, &out, &errs); got != code {
		t.Fatalf("%s: exit code %d, want %d: %s", args, got, code, errs.String())
	}
	if code != 0 {
		return errs.String()
	}
	return out.String()
}

// What was released as it would be made here gives the same numbers, and is said to be something else.
func TestReleasedImagesAreMeasured(t *testing.T) {
	name, dir := published(t)
	weights := filepath.Join(t.TempDir(), "w.safetensors")
	run(t, 0, "train", "1462", "--dataset", name, "--epochs", "2", "--save", weights)
	attack := []string{"attack", weights, "--dataset", name, "--attacks", "none", "--corruptions", "fog", "--sample-seed", "5", "-o", "json"}
	search := []string{"--backend", "live", "--dataset", name, "--val", "test:0.5", "--objective", "fog_acc", "--budget", "2",
		"--epochs", "1", "-o", "json"}
	table := []string{"table", "build", "--dataset", name, "--corruptions", "fog", "--attacks", "none", "--epochs", "1",
		"--seeds", "1", "--limit", "2"}
	var found [2]struct {
		attacked struct {
			Corruptions []struct {
				Acc    float64
				Origin string
			}
		}
		searched struct {
			Best     struct{ Values map[string]float64 }
			Settings map[string]string
		}
		measured string
	}
	for i, from := range [][]string{nil, {"--corrupted", dir}} {
		f := &found[i]
		out := filepath.Join(t.TempDir(), "table")
		for _, c := range []struct {
			args []string
			to   any
		}{{attack, &f.attacked}, {search, &f.searched}} {
			if err := json.Unmarshal([]byte(run(t, 0, append(c.args, from...)...)), c.to); err != nil {
				t.Fatal(err)
			}
		}
		run(t, 0, append(append(table, "--out", out), from...)...)
		run(t, 0, "table", "verify", out, "--archs", "1")
		_, f.measured, _ = strings.Cut(run(t, 0, "table", "info", out, "-o", "csv"), "\n")
	}
	made, released := found[0], found[1]
	for i, c := range released.attacked.Corruptions {
		if c.Acc != made.attacked.Corruptions[i].Acc || !strings.HasPrefix(c.Origin, "released images ") {
			t.Errorf("severity %d: %+v, made here %+v", i+1, c, made.attacked.Corruptions[i])
		}
	}
	if a, b := made.searched, released.searched; a.Best.Values["fog_acc"] != b.Best.Values["fog_acc"] ||
		a.Settings["fog.origin"] != "" || !strings.HasPrefix(b.Settings["fog.origin"], "released images ") {
		t.Errorf("searches found %v and %v", a, b)
	}
	if made.measured != released.measured || !strings.Contains(made.measured, "fog_acc") {
		t.Errorf("tables\n%s\n%s", made.measured, released.measured)
	}
}

func TestReleasedImagesThatThereAreNotAreAskedForInVain(t *testing.T) {
	name, dir := published(t)
	_, cut := published(t)
	if err := os.Truncate(filepath.Join(cut, "fog.npy"), 1000); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, want string }{
		{"attack 1462 --dataset " + name + " --corruptions snow --corrupted " + dir, "corruption snow: " + dir + " has no snow.npy"},
		{"attack 1462 --dataset " + name + " --part train --corruptions fog --corrupted " + dir, "image 0 is none of the test images"},
		{"attack 1462 --dataset " + name + " --image 4 --corruptions fog --corrupted " + dir, "leave them in their size"},
		{"--backend live --dataset " + name + " --val train:0.5 --objective fog_acc --budget 1 --corrupted " + dir, "validation images: image 0 is none of the test images"},
		{"--backend live --dataset " + name + " --val test:0.5 --objective corruption_acc --budget 1 --corrupted " + dir, "has no brightness.npy"},
		{"--backend live --objective fog_acc --budget 1 --corrupted " + dir, "labels of 60 images at each severity, but the test set has 2,048"},
		{"table build --limit 1 --corruptions all --corrupted " + dir + " --dataset " + name + " --out " + filepath.Join(t.TempDir(), "new"), "has no brightness.npy"},
		{"corrupt --corruptions fog --corrupted " + dir + " --out " + filepath.Join(t.TempDir(), "x.png"), "labels of 60 images"},
		{"--backend live --dataset " + name + " --val test:0.5 --objective fog_acc --budget 1 --corrupted " + cut, "fog.npy: cut short"},
	} {
		args := strings.Fields(c.args)
		var errs bytes.Buffer
		if code := cmd.Run(t.Context(), cmd.Extensions{}, args, &bytes.Buffer{}, &errs); code != 1 || !strings.Contains(errs.String(), c.want) || strings.Count(errs.String(), "\nnassearch: ") > 1 {
			t.Errorf("%s: exit code %d: %s, want %q", args, code, errs.String(), c.want)
		}
	}
}
