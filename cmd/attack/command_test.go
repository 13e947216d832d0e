package attack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// runCommand runs the command.
func runCommand(ctx context.Context, args ...string) (stdout string, err error) {
	var out bytes.Buffer
	printer := output.New(&out)
	cmd := Command(&program.Program{Env: env.New(args, &out, io.Discard), Out: printer, Known: objective.Usual()})
	printer.Register(cmd)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	cmd.SetOut(&out)
	cmd.SetErr(io.Discard)
	err = cmd.ExecuteContext(ctx)
	return out.String(), err
}

// judge runs the command and returns its result.
func judge(t *testing.T, args ...string) (o outcome) {
	t.Helper()
	text, err := runCommand(t.Context(), append(args, "--output", "json")...)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// save writes the weights of a small network for the embedded images, changed by edit, and returns the file.
func save(t *testing.T, edit func(*trainer.Safetensors)) string {
	t.Helper()
	d, err := dataset.Open(dataset.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	cell, err := nasbench201.Find("9381")
	if err != nil {
		t.Fatal(err)
	}
	s := trainer.Spec{Cell: cell, Network: nasbench201.Network{Channels: 2, Depth: 1, Classes: 10, Image: 8, Inputs: 1}}
	s.Mean, s.Std = d.Train.Normalization()
	w, err := trainer.NewWeights(s, 1)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "w.safetensors")
	if err := w.Save(path); err != nil {
		t.Fatal(err)
	}
	if edit == nil {
		return path
	}
	f := new(trainer.Safetensors)
	w.Tensors(f.Add)
	edit(f)
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	write(t, path, b.Bytes())
	return path
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// elsewhere is what a file made elsewhere is: it does not describe its network.
func elsewhere(*trainer.Safetensors) {}

// description returns the flags that describe save's network.
func description(t *testing.T) []string {
	t.Helper()
	d, err := dataset.Open(dataset.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	mean, std := d.Train.Normalization()
	return []string{"--arch", "9381", "--channels", "2", "--cells", "1", "--mean", weights.Commas(mean), "--std", weights.Commas(std), "--dataset", dataset.Embedded}
}

func TestWeightsFromElsewhereAreAttackedLikeOurs(t *testing.T) {
	settings := []string{"--samples", "40", "--eps", "8/255", "--attacks", "fgsm,pgd"}
	ours := judge(t, append(settings, save(t, nil))...)
	theirs := judge(t, append(append(settings, description(t)...), save(t, elsewhere))...)
	ignored := cmpopts.IgnoreFields(outcome{}, "Weights", "Doubts", "Seconds", "saved")
	if d := cmp.Diff(ours, theirs, ignored, cmpopts.IgnoreFields(result{}, "Seconds"), cmpopts.IgnoreUnexported(outcome{})); d != "" {
		t.Errorf("(-ours +theirs)\n%s", d)
	}
	if ours.CleanAcc == 0 || ours.Attacks[0].Loss <= ours.CleanLoss {
		t.Errorf("clean accuracy %v, loss %v clean and %v under attack", ours.CleanAcc, ours.CleanLoss, ours.Attacks[0].Loss)
	}
}

func TestWeightsFromElsewhereNeedADescription(t *testing.T) {
	path := save(t, elsewhere)
	for name, c := range map[string]struct {
		change []string // replaces flags of the description; empty values drop them
		want   string
		usage  bool
	}{
		"nothing":        {[]string{"--arch", "", "--channels", "", "--cells", "", "--mean", "", "--std", ""}, "w.safetensors does not describe its network: give --arch, --channels, --cells, --mean, --std (mean 0", true},
		"no deviation":   {[]string{"--std", ""}, "does not describe its network: give --std (", true},
		"no images":      {[]string{"--dataset", ""}, "does not say which images it was trained on: give --dataset", true},
		"no cell":        {[]string{"--arch", "|none~0|"}, "--arch: ", true},
		"channels 0":     {[]string{"--channels", "0"}, "channels 0: want ", true},
		"mean no number": {[]string{"--mean", "half"}, `--mean: "half": want numbers`, true},
		"mean of colour": {[]string{"--mean", ".5,.5,.5"}, "3 means, 1 standard deviations: want 1 of each", true},
		"deviation 0":    {[]string{"--std", "0"}, "standard deviation 0: want more than 0", true},
		"other cell":     {[]string{"--arch", "1462"}, "no tensor cells.0.layers", false},
		"other channels": {[]string{"--channels", "4"}, "has shape [2], want [4]", false},
		"other depth":    {[]string{"--cells", "2"}, "w.safetensors: ", false},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{path, "--samples", "10"}
			flags := description(t)
			for i := 0; i < len(flags); i += 2 {
				value := flags[i+1]
				for k := 0; k < len(c.change); k += 2 {
					if c.change[k] == flags[i] {
						value = c.change[k+1]
					}
				}
				if value != "" {
					args = append(args, flags[i], value)
				}
			}
			_, err := runCommand(t.Context(), args...)
			checkError(t, err, c.want, c.usage)
		})
	}
}

// checkError wants an error with a text, marked as the command line's or not.
func checkError(t *testing.T, err error, want string, mistake bool) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v: want %q", err, want)
	}
	if errors.As(err, new(*usage.Error)) != mistake {
		t.Errorf("%v: is it a mistake in the command line? want %v", err, mistake)
	}
}

func TestFlagsMustAgreeWithOurDescription(t *testing.T) {
	path := save(t, nil)
	judge(t, append(description(t), path, "--samples", "5", "--attacks", "fgsm")...)
	for _, c := range []struct{ flag, value, want string }{
		{"--arch", "1462", path + " says that it is |nor_conv_3x3~0|"}, {"--channels", "4", path + " says that it is 2"},
		{"--cells", "5", path + " says that it is 1"}, {"--mean", "0.5", path + " says that it is 0."}, {"--std", "x", `--std: "x": want numbers`},
	} {
		_, err := runCommand(t.Context(), path, c.flag, c.value)
		checkError(t, err, c.want, true)
	}
}

func TestImagesMustFitTheNetwork(t *testing.T) {
	colour := filepath.Join(t.TempDir(), "test.bin")
	write(t, colour, make([]byte, 3073))
	empty := t.TempDir()
	path := save(t, nil)
	for name, c := range map[string]struct {
		args  []string
		want  string
		usage bool
	}{
		"colour":        {[]string{"--dataset", "cifar10:" + colour}, "does not fit " + path + ": it has 32x32 colour images of 10 classes, the network takes 8x8 grey images of 10 classes", false},
		"classes":       {[]string{"--dataset", "cifar100:" + hundred(t)}, "colour images of 100 classes", false},
		"no such part":  {[]string{"--dataset", "cifar10:" + colour, "--part", "train"}, "no train images: files whose names begin with test are the test part", true},
		"empty folder":  {[]string{"--dataset", "folder:" + empty}, "PNG or JPEG", false},
		"no such folds": {[]string{"--dataset", "cifar10:" + colour, "--val", "train:0.1"}, "has no train images", true},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := runCommand(t.Context(), append(c.args, path)...)
			checkError(t, err, c.want, c.usage)
		})
	}
}

// hundred writes a file of CIFAR-100 and returns its path.
func hundred(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "test.bin")
	write(t, path, make([]byte, 3074))
	return path
}

// A training that is not made is the point: what an attack needs is asked for before.
func TestAttackThatNeedsMoreClassesIsRefusedBeforeTraining(t *testing.T) {
	dir := t.TempDir()
	for _, part := range []string{"train", "test"} {
		for _, class := range []string{"cat", "dog"} {
			var b bytes.Buffer
			if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Join(dir, part, class), 0o777); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, part, class, "1.png"), b.Bytes())
		}
	}
	args := []string{"9381", "--dataset", "folder:" + dir, "--val", "none", "--epochs", "1000000"}
	_, err := runCommand(t.Context(), append(args, "--attacks", "fgsm,apgd-t")...)
	checkError(t, err, "attack apgd-t needs at least 4 classes: the model has 2", true)
}

func TestBrokenFilesAreNamed(t *testing.T) {
	path := save(t, nil)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(whole); n += 1 + len(whole)/40 {
		write(t, path, whole[:n])
		if _, err := runCommand(t.Context(), path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}

func TestNetworkWithoutNumbersIsAnError(t *testing.T) {
	path := save(t, func(f *trainer.Safetensors) { f.Add("classifier.bias", []int{10}, make([]float32, 10)) })
	if o := judge(t, append(description(t), path, "--samples", "5", "--attacks", "fgsm")...); o.Samples != 5 {
		t.Fatalf("%d samples", o.Samples)
	}
	path = save(t, func(f *trainer.Safetensors) {
		f.Add("stem.0.weight", []int{2, 1, 3, 3}, slices.Repeat([]float32{math.MaxFloat32}, 18))
	})
	_, err := runCommand(t.Context(), append(description(t), path)...)
	checkError(t, err, "attacking "+path+": clean images: the model's logits of image", false)
}

func TestInterruptedAttackLeavesNothing(t *testing.T) {
	path := save(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	pictures := filepath.Join(filepath.Dir(path), "pictures")
	out, err := runCommand(ctx, path, "--attacks", "aa", "--restarts", "1000", "--save-images", pictures)
	if !errors.Is(err, context.DeadlineExceeded) || out != "" {
		t.Errorf("error %v, output %q", err, out)
	}
	if files, err := os.ReadDir(filepath.Dir(path)); err != nil || len(files) != 1 {
		t.Errorf("%v, %v: want the weights alone", files, err)
	}
}

func TestEpsIsReadByNorm(t *testing.T) {
	for _, c := range []struct{ norm, text, want string }{
		{"Linf", "8/255", "Linf 8/255"}, {"Linf", "0.0314", "Linf 8/255"}, {"Linf", ".1/255", "Linf 0.1/255"}, {"Linf", "255/255", "Linf 255/255"},
		{"L2", "0.5", "L2 0.5"}, {"L2", "3", "L2 3"}, {"L2", "51/255", "L2 0.2"},
		{"Linf", "Linf", "Linf 1/255"}, {"L2", "L2", "L2 0.5"}, {"L2", "l2:0.25", "L2 0.25"}, {"Linf", "linf:4/255", "Linf 4/255"},
	} {
		norm, err := robustness.ParseNorm(c.norm)
		if err != nil {
			t.Fatal(err)
		}
		got, err := threats(norm, true, c.text)
		if err != nil || len(got) != 1 || got[0].String() != c.want {
			t.Errorf("%s %s: %v, %v: want %s", c.norm, c.text, got, err, c.want)
		}
	}
	for _, c := range []struct{ norm, text string }{
		{"Linf", "8"}, {"Linf", "-1/255"}, {"Linf", "1/0"}, {"Linf", "nan"}, {"L2", "0"}, {"L2", "-1"}, {"L2", "inf"}, {"L2", "1/0"}, {"L2", "nan"}, {"L2", "1/2/3"}, {"L2", ""}, {"L2", "1e-400"}, {"Linf", ""}, {"Linf", "0x8/255"},
	} {
		norm, err := robustness.ParseNorm(c.norm)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := threats(norm, true, c.text); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("eps %q", c.text)) {
			t.Errorf("%s %s: %v, %v: want an error that quotes it", c.norm, c.text, got, err)
		}
	}
}

// What can be computed with, in one norm, and each size once.
func TestListsOfEpsAreChecked(t *testing.T) {
	if all, err := threats(robustness.Linf, false, "l2:0.5, 1"); err != nil || len(all) != 2 || all[1] != (robustness.Threat{Norm: robustness.L2, Eps: 1}) {
		t.Errorf("%v, %v", all, err)
	}
	for list, want := range map[string]string{
		"8/255,l2:0.5": "want sizes in one norm", "8/255,0.0314": "stands twice", "8/255,8.0000001/255": "stands twice",
		"1e-30": "eps is 1e-30: want", "1e300/255": "want", "8/255,": `eps ""`,
	} {
		if all, err := threats(robustness.Linf, false, list); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %q", list, all, err, want)
		}
	}
}
