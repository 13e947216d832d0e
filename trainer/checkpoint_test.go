package trainer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestResumeContinuesToTheSameBits(t *testing.T) {
	set := images(t, 200, 8)
	want := train(t, newRun(t, mixedArch, set, smallConfig(), engine(t, 1)))
	path := filepath.Join(t.TempDir(), "run.checkpoint")
	stop := errors.New("stop")
	for first := range want.Steps() {
		cut := newRun(t, mixedArch, set, smallConfig(), engine(t, 1))
		err := cut.Train(context.Background(), func(p Progress) error {
			if p.Step == first+1 {
				return errors.Join(cut.Save(path), stop)
			}
			return nil
		})
		if !errors.Is(err, stop) {
			t.Fatal(err)
		}
		rest := newRun(t, mixedArch, set, smallConfig(), engine(t, 2))
		if ok, err := rest.Resume(path); !ok || err != nil {
			t.Fatalf("resume: %v, %v", ok, err)
		}
		sameBits(t, want, train(t, rest))
	}
}

func TestResumeRefusesAnotherRun(t *testing.T) {
	set := images(t, 100, 8)
	dir := t.TempDir()
	path := filepath.Join(dir, "run.checkpoint")
	r := newRun(t, mixedArch, set, smallConfig(), engine(t, 1))
	if ok, err := r.Resume(path); ok || err != nil {
		t.Fatalf("no file: %v, %v", ok, err)
	}
	if err := r.Save(path); err != nil {
		t.Fatal(err)
	}
	other := smallConfig()
	other.Epochs = 3
	attacked := smallConfig()
	attacked.Adversarial = FastTraining(8. / 255)
	attackedRun := newRun(t, mixedArch, set, attacked, engine(t, 1))
	attackedPath := filepath.Join(dir, "attacked.checkpoint")
	if err := attackedRun.Save(attackedPath); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(whole)
	flipped[len(flipped)-1] ^= 1
	file := func(name string, content []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	renamed := *set
	renamed.Classes = slices.Clone(set.Classes)
	renamed.Classes[3] = "gown"
	weights := filepath.Join(dir, "weights")
	if err := r.weights.Save(weights); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		run  *Run
		path string
		want string
	}{
		{newRun(t, mixedArch, set, other, engine(t, 1)), path, "made with training.epochs=2, now training.epochs=3: continue it as it was, or name another file"},
		{attackedRun, path, "training.adversarial.eps=(absent) "},
		{r, attackedPath, "training.adversarial.eps=0.03"},
		{newRun(t, mixedArch, images(t, 101, 8), smallConfig(), engine(t, 1)), path, "images="},
		{newRun(t, "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|", set, smallConfig(), engine(t, 1)), path, "network.arch="},
		{newRun(t, mixedArch, &renamed, smallConfig(), engine(t, 1)), path, "dress"},
		{r, weights, "no run"},
		{r, file("short", whole[:len(whole)/2]), "bytes"},
		{r, file("text", []byte("this is no checkpoint")), "not a safetensors file"},
		{r, file("empty", nil), "header"},
		{r, file("flipped", flipped), "not what was written"},
	} {
		before := c.run.Step()
		_, err := c.run.Resume(c.path)
		var bad *CheckpointError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", filepath.Base(c.path), err, c.want)
		}
		if strings.Count(err.Error(), c.path) > 1 {
			t.Errorf("the file is named twice: %v", err)
		}
		if c.run.Step() != before {
			t.Errorf("%s: the run was changed", filepath.Base(c.path))
		}
	}
}

func TestCheckpointIsGuarded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.checkpoint")
	release, err := Guard(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Guard(path)
	if bad, ok := errors.AsType[*CheckpointError](err); !ok || bad.Path != path {
		t.Errorf("guarded twice: error %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if release, err = Guard(path); err != nil {
		t.Fatalf("after it was released: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
}
