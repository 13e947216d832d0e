package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/external"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/trainertest"
	"pgregory.net/rapid"
)

// torchFolder is that of the example in PyTorch.
func torchFolder(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", "examples", "torch"))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// compareLogits loads weights into the example's network.
const compareLogits = `
import glob, sys
sys.path.insert(0, sys.argv[1])
import torch
from network import load
torch.set_num_threads(1)
for path in sorted(glob.glob(sys.argv[2] + "/*.safetensors")):
    network = load(path)
    read = lambda what: torch.frombuffer(bytearray(open(path + what, "rb").read()), dtype=torch.float32)
    side = int(open(path + ".side").read())
    images = read(".images").view(-1, network.mean.shape[1], side, side)
    want = read(".logits").view(len(images), -1)
    with torch.no_grad():
        worst = (network(images) - want).abs().max()
    assert worst <= 1e-4 * max(1, want.abs().max()), (path, float(worst))
    print("checked", float(worst))
`

// What this program trains computes the same in the example's network.
func TestExampleInTorchLoadsWeights(t *testing.T) {
	python := sharedtest.Python(t, "torch")
	dir, count := t.TempDir(), 0
	keep := func(w *trainer.Weights, path string) {
		x := trainertest.Pixels(w, 5)
		trainertest.WriteFloats(t, path+".images", x.Pixels)
		trainertest.WriteFloats(t, path+".logits", trainertest.Logits(t, w, x))
		if err := os.WriteFile(path+".side", fmt.Append(nil, w.Image), 0o644); err != nil {
			t.Fatal(err)
		}
		count++
	}
	trained := filepath.Join(dir, "trained.safetensors")
	var out, errs bytes.Buffer
	if code := cmd.Run(t.Context(), cmd.Extensions{}, []string{"train", "4711", "--epochs", "1", "--save", trained}, &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	w, err := trainer.Load(trained)
	if err != nil {
		t.Fatal(err)
	}
	keep(w, trained)
	rapid.Check(t, func(r *rapid.T) {
		if count == 10 { // as many as one program reads within seconds
			return
		}
		w, path := trainertest.Random(r, t), filepath.Join(dir, fmt.Sprintf("random %d.safetensors", count))
		if err := w.Save(path); err != nil {
			r.Fatal(err)
		}
		keep(w, path)
	})
	said, err := exec.CommandContext(t.Context(), python, "-c", compareLogits, torchFolder(t), dir).CombinedOutput()
	if err != nil || strings.Count(string(said), "checked") != count {
		t.Fatalf("%v\n%s", err, said)
	}
}

// The example trains, attacks, and keeps the rules.
func TestExampleInTorchKeepsTheRules(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute of core time")
	}
	python := sharedtest.Python(t, "torch")
	images := filepath.Join(t.TempDir(), "idx")
	script := filepath.Join(torchFolder(t), "train.py")
	for _, args := range [][]string{
		{"dataset", "reduce", "fashion-mnist-8x8", "--train", "300", "--test", "10", "--out", images},
		{"check-evaluator", "--serve-command", fmt.Sprintf(
			"'%s' '%s' --data '%s' --channels 4 --cells 1 --epochs 1 --batch 64 --samples 20 --steps 2", python, script, images),
			"--metric", "clean_acc,fgsm_acc@8/255,pgd_acc@8/255"},
	} {
		var out, errs bytes.Buffer
		if code := cmd.Run(t.Context(), cmd.Extensions{}, args, &out, &errs); code != 0 {
			t.Fatalf("%v: exit code %d: %s%s", args, code, &out, &errs)
		}
	}
}

// saysInPython measures by the helper, in a way that depends on the cell.
const saysInPython = `
import os, sys
sys.path.insert(0, %q)
from nassearch_trial import Failed, Preempted, run

def measure(trial):
    print("printed")
    os.system("echo from a child")
    sys.stdin.read()
    trial.report(progress=0.5, note="half", clean_acc=0.25)
    assert trial.edges[0][1:] == (0, 1) and trial.folder and trial.metrics[1].eps == 8 / 255
    way = trial.seed
    if way == 2:
        raise Failed("no luck", "not finite")
    if way == 3 and trial.attempt < 3:
        raise Preempted
    if way == 4:
        raise MemoryError("no room")
    if way == 5:
        return {"clean_acc": float("nan"), "pgd_acc@8/255": 0}
    if way == 6:
        raise ValueError("it is\nwrong")
    return {"clean_acc": 0.5, "pgd_acc@8/255": 0.25}, {"attempt": trial.attempt}

run(measure)
`

// The helper in Python speaks for a process a trial as for one that stays, whatever the script does.
func TestHelperInPythonSpeaks(t *testing.T) {
	python := sharedtest.Python(t)
	script := filepath.Join(t.TempDir(), "says.py")
	if err := os.WriteFile(script, fmt.Appendf(nil, saysInPython, torchFolder(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	cells, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	clean, pgd := objective.Metric{Name: "clean_acc"}, objective.Metric{Name: "pgd_acc", Setting: objective.At(8)}
	for _, stays := range []bool{false, true} {
		e, err := external.New(external.Config{
			Space: cells, Command: fmt.Sprintf("'%s' '%s'", python, script), Stays: stays,
			Metrics: []objective.Metric{clean, pgd}, Objective: []objective.Metric{clean, pgd},
			Cost: time.Hour, Grace: time.Second, Attempts: 5, Pause: time.Millisecond, Slots: external.NewSlots(),
			Folder: t.TempDir(),
		})
		if err != nil {
			t.Fatal(err)
		}
		wants := map[uint64]string{
			1: `"program":{"attempt":1}`, 2: "no luck", 3: `"program":{"attempt":3}`, 4: "MemoryError: no room",
			5: "NaN is no finite number", 6: "ValueError: it is",
		}
		for _, seed := range []uint64{6, 5, 4, 3, 2, 1} { // after the last trial nothing is said in another's log
			want := wants[seed]
			o, err := e.Evaluate(t.Context(), objective.Request{Arch: cells.Class(1), Fidelity: 1, Seed: seed})
			got := fmt.Sprint(string(o.Record), err)
			causes := map[uint64]objective.Cause{2: objective.NotFinite, 4: objective.OutOfMemory, 5: objective.NotFinite}
			if !strings.Contains(got, want) || causes[seed] != "" && objective.CauseOf(err) != causes[seed] {
				t.Errorf("stays %v, seed %d: %s, want %s", stays, seed, got, want)
			}
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
		logs, err := filepath.Glob(filepath.Join(e.Folder, "*-s1", "log.txt"))
		if err != nil || len(logs) != 1 {
			t.Fatalf("logs %v, %v", logs, err)
		}
		text, err := os.ReadFile(logs[0])
		if err != nil || !strings.Contains(string(text), "printed") || !strings.Contains(string(text), "from a child") {
			t.Errorf("stays %v: its log is %q, %v", stays, text, err)
		}
	}
}
