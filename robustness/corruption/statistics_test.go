package corruption_test

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// statistics are what the authors' code does to images on average.
type statistics struct {
	StatisticsImages string `json:"statistics_images"`
	Statistics       map[string][]struct {
		Severity  int
		PSNR      float64 `json:"psnr_mean"`
		PSNRSD    float64 `json:"psnr_sd"`
		Unchanged int     `json:"unchanged_images"`
		MAD       float64 `json:"mad_mean"`
		MADSD     float64 `json:"mad_sd"`
	}
}

// some returns the images of "test_1k[0:100]".
func some(t testing.TB, of string) corruption.Images {
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
	return x
}

// TestFixtureStatistics compares how far images move. Frost is left out: its statistics are those of the authors'
// textures. (How often the fixtures' network is right about them is compared where networks are judged, in cmd/attack.)
func TestFixtureStatistics(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "corruptions", "statistics*.json") {
		var f statistics
		sharedtest.ReadJSON(t, path, &f)
		images := some(t, f.StatisticsImages)
		for name, list := range f.Statistics {
			c, err := corruption.Corruptions().Named(name)
			if err != nil {
				t.Error(err)
				continue
			}
			t.Run(name, func(t *testing.T) {
				for _, want := range list {
					psnr, mad, unchanged := distances(images, corrupt(t, c, want.Severity, images))
					n := math.Sqrt(float64(images.Len()))
					off := math.Abs(psnr-want.PSNR) > 4*want.PSNRSD/n+.1 || math.Abs(mad-want.MAD) > 4*want.MADSD/n+.2
					line := fmt.Sprintf("severity %d: PSNR %.2f (%.2f) dB, MAD %.2f (%.2f), unchanged %d (%d)",
						want.Severity, psnr, want.PSNR, mad, want.MAD, unchanged, want.Unchanged)
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
