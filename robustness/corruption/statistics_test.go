package corruption_test

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// statistics are what the authors' code does to images on average, and to the accuracy of the fixtures' network.
type statistics struct {
	StatisticsImages string `json:"statistics_images"`
	AccuracyImages   string `json:"accuracy_images"`
	Statistics       map[string][]struct {
		Severity  int
		PSNR      float64 `json:"psnr_mean"`
		PSNRSD    float64 `json:"psnr_sd"`
		Unchanged int     `json:"unchanged_images"`
		MAD       float64 `json:"mad_mean"`
		MADSD     float64 `json:"mad_sd"`
	}
	Clean    float64              `json:"clean_accuracy"`
	Accuracy map[string][]float64 `json:"accuracy_by_severity_1_to_5"`
}

// some returns the images of "test_1k[0:100]", and their labels.
func some(t testing.TB, of string) (corruption.Images, []int) {
	t.Helper()
	var first, last int
	if _, err := fmt.Sscanf(of, "test_1k[%d:%d]", &first, &last); err != nil {
		t.Fatalf("%q: %v", of, err)
	}
	set, err := dataset.ReadCIFAR(10, filepath.Join(sharedtest.Dir(t), "data", "cifar10-lossless", "test_1k.bin"))
	if err != nil {
		t.Fatal(err)
	}
	x := corruption.Images{Shape: robustness.Shape{Channels: set.Channels, Height: set.Side, Width: set.Side}}
	x.Pixels = set.Pixels[first*x.Size() : last*x.Size()]
	return x, set.Labels[first:last]
}

// TestFixtureStatistics compares how far images move, and how often the fixtures' network is right about them. Frost is
// left out: its statistics are those of the authors' textures.
func TestFixtureStatistics(t *testing.T) {
	net := network(t)
	for _, path := range sharedtest.Cases(t, "corruptions", "statistics*.json") {
		var f statistics
		sharedtest.ReadJSON(t, path, &f)
		images, _ := some(t, f.StatisticsImages)
		judged, labels := some(t, f.AccuracyImages)
		if got := accuracy(t, net, judged, labels); math.Abs(got-f.Clean) > .005 {
			t.Errorf("clean accuracy %v, want %v", got, f.Clean)
		}
		for name, list := range f.Statistics {
			c, err := corruption.Corruptions().Named(name)
			if err != nil {
				t.Error(err)
				continue
			}
			t.Run(name, func(t *testing.T) {
				for i, want := range list {
					psnr, mad, unchanged := distances(images, corrupt(t, c, want.Severity, images))
					n := math.Sqrt(float64(images.Len()))
					off := math.Abs(psnr-want.PSNR) > 4*want.PSNRSD/n+.1 || math.Abs(mad-want.MAD) > 4*want.MADSD/n+.2
					line := fmt.Sprintf("severity %d: PSNR %.2f (%.2f) dB, MAD %.2f (%.2f), unchanged %d (%d)",
						want.Severity, psnr, want.PSNR, mad, want.MAD, unchanged, want.Unchanged)
					if !testing.Short() {
						got := accuracy(t, net, corrupt(t, c, want.Severity, judged), labels)
						line += fmt.Sprintf(", accuracy %.3f (%.3f)", got, f.Accuracy[name][i])
						off = off || math.Abs(got-f.Accuracy[name][i]) > .06
					}
					t.Log(line)
					if off && name != "frost" {
						t.Error("too far from the numbers in brackets")
					}
				}
			})
		}
	}
}

func corrupt(t testing.TB, c corruption.Corruption, severity int, x corruption.Images) corruption.Images {
	t.Helper()
	out, err := corruption.Apply(t.Context(), c, severity, x, corruption.Seed, 2)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// distances returns the mean PSNR of images that changed, the mean absolute difference of all, and how many did not.
func distances(a, b corruption.Images) (psnr, mad float64, unchanged int) {
	for i := range a.Len() {
		squares, sum, to := 0., 0., b.Image(i)
		for k, v := range a.Image(i) {
			d := math.Abs(float64(v) - float64(to[k]))
			sum += d
			squares += d * d
		}
		n := float64(a.Size())
		if mad += sum / n; squares > 0 {
			psnr += 10 * math.Log10(255*255*n/squares)
		} else {
			unchanged++
		}
	}
	return psnr / float64(a.Len()-unchanged), mad / float64(a.Len()), unchanged
}

// network returns the fixtures' trained network, C=16 and N=1 for 32x32.
func network(t testing.TB) *trainer.Network {
	t.Helper()
	file := sharedtest.Cases(t, "attacks", "net.safetensors")[0]
	var c struct {
		Arch             space.Arch
		C, N, S, Classes int
		Mean, Std        []float32
	}
	sharedtest.ReadJSON(t, filepath.Join(filepath.Dir(file), "net.json"), &c)
	cell, err := nasbench201.Parse(c.Arch)
	if err != nil {
		t.Fatal(err)
	}
	w, err := trainer.LoadAs(file, trainer.Spec{
		Cell: cell, Mean: c.Mean, Std: c.Std,
		Network: nasbench201.Network{Channels: c.C, Depth: c.N, Classes: c.Classes, Image: c.S, Inputs: len(c.Mean)},
	})
	if err != nil {
		t.Fatal(err)
	}
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	net, err := trainer.NewNetwork(w, kernel.Lanes, trainer.Engine{Kernel: k, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { net.Close() })
	return net
}

// accuracy is the share of images whose largest logit is their label's.
func accuracy(t testing.TB, net *trainer.Network, x corruption.Images, labels []int) float64 {
	t.Helper()
	logits, err := net.Logits(t.Context(), x.Batch())
	if err != nil {
		t.Fatal(err)
	}
	right, classes := 0, len(logits)/len(labels)
	for i, label := range labels {
		best := 0
		for k, z := range logits[i*classes:][:classes] {
			if z > logits[i*classes+best] {
				best = k
			}
		}
		if best == label {
			right++
		}
	}
	return float64(right) / float64(len(labels))
}
