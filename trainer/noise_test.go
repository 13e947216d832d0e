package trainer

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/trainer/dataset"
)

func noisy(sigma float64) Config {
	c := smallConfig()
	c.Noise = sigma
	return c
}

func TestNoiseIsGaussian(t *testing.T) {
	const n, sigma = 100000, .25
	pixels := slices.Repeat([]float32{.5}, n)
	addNoise(pixels, sigma, stream.New(1, "noise", 0))
	z := make([]float64, n)
	beyond := 0
	for i, v := range pixels {
		z[i] = (float64(v) - .5) / sigma
		if v < 0 || v > 1 {
			beyond++
		}
	}
	mean, std := stat.MeanStdDev(z, nil)
	if math.Abs(mean) > 5/math.Sqrt(n) || math.Abs(std-1) > 5/math.Sqrt(2*n) {
		t.Errorf("mean %.4f, standard deviation %.4f: want 0 and 1", mean, std)
	}
	if kurtosis := stat.ExKurtosis(z, nil); math.Abs(kurtosis) > 5*math.Sqrt(24./n) {
		t.Errorf("excess kurtosis %.4f, want 0", kurtosis)
	}
	if share := float64(beyond) / n; math.Abs(share-.0455) > .004 { // 2 sigma
		t.Errorf("%.4f of the pixels leave [0,1], want .0455: noise is not clipped", share)
	}
}

// Noise is part of the run: of its bits, and of its checkpoint.
func TestNoisyTrainingResumesToTheSameBits(t *testing.T) {
	for _, a := range []Adversarial{{}, FastTraining(testEps)} {
		c := noisy(.25)
		c.Adversarial = a
		resumesToTheSameBits(t, c)
	}
}

func TestCheckpointsKeepTheNoise(t *testing.T) {
	set := images(t, 100, 8)
	dir := t.TempDir()
	quiet, loud := newRun(t, mixedArch, set, noisy(0), engine(t, 1)), newRun(t, mixedArch, set, noisy(.25), engine(t, 1))
	for name, r := range map[string]*Run{"quiet": quiet, "loud": loud} {
		if err := r.Save(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		run        *Run
		path, want string
	}{
		{loud, "quiet", "made with training.noise=(absent), now training.noise=0.25"},
		{quiet, "loud", "made with training.noise=0.25, now training.noise=(absent):"},
		{newRun(t, mixedArch, set, noisy(.5), engine(t, 1)), "loud", "made with training.noise=0.25, now training.noise=0.5"},
	} {
		_, err := c.run.Resume(filepath.Join(dir, c.path))
		var bad *CheckpointError
		if !errors.As(err, &bad) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// A network that has seen noise is better under noise than one that has not.
func TestNoiseIsLearnt(t *testing.T) {
	set := images(t, 512, 8)
	under := func(noise float64) float64 {
		c := noisy(noise)
		c.Epochs, c.Augmentation = 12, dataset.Augmentation{}
		n := network(t, train(t, newRun(t, mixedArch, set, c, engine(t, 1))).weights)
		x := Images(set, 0, set.Len())
		addNoise(x.Pixels, .25, stream.New(9, "test"))
		return meanLoss(t, n, x, set.Labels)
	}
	if quiet, loud := under(0), under(.25); !(loud < .8*quiet) {
		t.Errorf("loss %.3f under noise, %.3f after training without: want much less", loud, quiet)
	}
}

func TestNoiseWithoutMeaningIsRefused(t *testing.T) {
	for _, v := range []float64{-.25, math.NaN(), math.Inf(1), math.Inf(-1)} {
		var bad *SpecError
		if err := noisy(v).Validate(); !errors.As(err, &bad) || bad.Field != "noise" {
			t.Errorf("noise %v: %v", v, err)
		}
	}
}
