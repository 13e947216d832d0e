package attack

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/internal/sharedtest"
)

// fixtureArgs describes the fixtures' network by flags, as anyone does whose weights come from elsewhere.
func fixtureArgs(t *testing.T) []string {
	t.Helper()
	file := sharedtest.Cases(t, "attacks", "net.safetensors")[0]
	var c struct {
		Arch      string
		C, N      int
		Mean, Std []float32
	}
	sharedtest.ReadJSON(t, filepath.Join(filepath.Dir(file), "net.json"), &c)
	return []string{
		file, "--arch", c.Arch, "--channels", fmt.Sprint(c.C), "--cells", fmt.Sprint(c.N), "--mean", weights.Commas(c.Mean), "--std", weights.Commas(c.Std),
		"--dataset", "cifar10:" + filepath.Join(sharedtest.Dir(t), "data", "cifar10-lossless", "test_1k.bin"),
	}
}

// fixtureCase has a 1 for each image that the reference found right under attack.
type fixtureCase struct {
	Eps255  float64
	N       int
	Correct string
}

// sizes lists the cases' eps as --eps takes them.
func sizes(cases []fixtureCase) string {
	var eps []string
	for _, c := range cases {
		eps = append(eps, fmt.Sprintf("%v/255", c.Eps255))
	}
	return strings.Join(eps, ",")
}

// robust is the share of the first n images that are right when clean and under attack.
func robust(n int, masks ...string) float64 {
	right := 0
	for i := range n {
		ok := true
		for _, m := range masks {
			ok = ok && m[i] == '1'
		}
		if ok {
			right++
		}
	}
	return float64(right) / float64(n)
}

// TestFixtureWeightsFromElsewhere compares whole command lines with the reference's accuracies: deterministic attacks may
// differ on one image, those from a random start by .02.
func TestFixtureWeightsFromElsewhere(t *testing.T) {
	var f struct {
		Clean     fixtureCase
		FGSM, PGD []fixtureCase
		Random    []struct {
			Eps255 float64
			N      int
			Mean   float64
		} `json:"pgd_random_start"`
	}
	args := fixtureArgs(t)
	sharedtest.ReadJSON(t, filepath.Join(filepath.Dir(args[0]), "fgsm_pgd.json"), &f)

	t.Run("fgsm", func(t *testing.T) {
		const n = 200
		o := judge(t, append(args, "--attacks", "fgsm", "--samples", fmt.Sprint(n), "--eps", sizes(f.FGSM))...)
		if want := robust(n, f.Clean.Correct); o.CleanAcc != want {
			t.Errorf("clean accuracy %v, want %v", o.CleanAcc, want)
		}
		for i, c := range f.FGSM {
			if want := robust(n, f.Clean.Correct, c.Correct); math.Abs(o.Attacks[i].Acc-want) > 1./n+1e-9 {
				t.Errorf("fgsm at %s: accuracy %v, want %v", o.Attacks[i].Eps, o.Attacks[i].Acc, want)
			}
		}
	})
	t.Run("pgd", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes ten seconds")
		}
		o := judge(t, append(args, "--attacks", "pgd", "--random-start=false", "--samples", "20", "--eps", sizes(f.PGD))...)
		for i, c := range f.PGD {
			if want := robust(20, f.Clean.Correct, c.Correct); math.Abs(o.Worst[i].Acc-want) > 1./20+1e-9 {
				t.Errorf("pgd at %s: accuracy %v, want %v", o.Worst[i].Eps, o.Worst[i].Acc, want)
			}
		}
	})
	t.Run("pgd from a random start", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes ten seconds")
		}
		for _, c := range f.Random[len(f.Random)-1:] { // robustness tests all
			o := judge(t, append(args, "--attacks", "pgd", "--samples", fmt.Sprint(c.N), "--eps", fmt.Sprintf("%v/255", c.Eps255))...)
			if math.Abs(o.Worst[0].Acc-c.Mean) > .02 {
				t.Errorf("pgd at %s: accuracy %v, want %v", o.Worst[0].Eps, o.Worst[0].Acc, c.Mean)
			}
		}
	})
}

// TestFixtureCorruptedAccuracies compares a whole command line with the accuracies that the authors' code for CIFAR-10-C
// gives: those of deterministic corruptions may differ on three images, those of random ones by .06.
func TestFixtureCorruptedAccuracies(t *testing.T) {
	if testing.Short() {
		t.Skip("classifies 300 images 75 times")
	}
	for _, file := range sharedtest.Cases(t, "corruptions", "statistics*.json") {
		var f struct {
			Deterministic []string
			Clean         float64              `json:"clean_accuracy"`
			Acc           map[string][]float64 `json:"accuracy_by_severity_1_to_5"`
		}
		sharedtest.ReadJSON(t, file, &f)
		o := judge(t, append(fixtureArgs(t), "--attacks", "none", "--corruptions", "all", "--samples", "300")...)
		if math.Abs(o.CleanAcc-f.Clean) > 1e-9 || len(o.Corruptions) != 75 || o.CorruptionAcc == nil {
			t.Fatalf("clean accuracy %v, want %v; %d numbers, mean %v", o.CleanAcc, f.Clean, len(o.Corruptions), o.CorruptionAcc)
		}
		for _, c := range o.Corruptions {
			within := .06
			if slices.Contains(f.Deterministic, c.Name) {
				within = .01 + 1e-9
			}
			if want := f.Acc[c.Name][c.Severity-1]; math.Abs(c.Acc-want) > within {
				t.Errorf("%s at severity %d: accuracy %v, want %v", c.Name, c.Severity, c.Acc, want)
			}
		}
	}
}
