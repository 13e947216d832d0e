package corruption

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

// TestAnySize: tiny, long, odd and larger images of any number of channels are corrupted like others.
func TestAnySize(t *testing.T) {
	sides := [][2]int{{1, 1}, {1, 2}, {2, 1}, {2, 2}, {1, 12}, {12, 1}, {3, 3}, {4, 4}, {5, 40}, {40, 5}, {8, 8}, {28, 28}, {31, 33}, {64, 48}}
	for _, side := range sides {
		for _, channels := range []int{1, 3, 7} {
			s := robustness.Shape{Channels: channels, Height: side[0], Width: side[1]}
			x := noise(s, 2, uint64(channels))
			for _, c := range Corruptions() {
				for _, severity := range []int{1, Severities} {
					if got := apply(t, c, severity, x, Seed, 1); got.Shape != s || got.Len() != 2 {
						t.Errorf("%s of %v: %v, %d images", c.Name(), s, got.Shape, got.Len())
					}
				}
			}
		}
	}
}

// TestExtremesStayInRange: black, white and flat images.
func TestExtremesStayInRange(t *testing.T) {
	for _, level := range []uint8{0, 1, 254, 255} {
		x := Images{colour, slices.Repeat([]uint8{level}, 2*colour.Size())}
		for _, c := range Corruptions() {
			for severity := 1; severity <= Severities; severity++ {
				got := apply(t, c, severity, x, Seed, 1)
				least, most := slices.Min(got.Pixels), slices.Max(got.Pixels)
				switch c.Name() {
				case "contrast", "defocus_blur", "elastic_transform", "glass_blur", "motion_blur", "pixelate", "zoom_blur":
					if least != level || most != level {
						t.Errorf("%s, severity %d, of level %d: %d to %d", c.Name(), severity, level, least, most)
					}
				case "brightness", "frost", "snow":
					if least < level && float64(least) < .7*float64(level) {
						t.Errorf("%s, severity %d, of level %d: down to %d", c.Name(), severity, level, least)
					}
				}
			}
		}
	}
}

// TestGreyIsColourOfEqualChannels, where channels share what is drawn.
func TestGreyIsColourOfEqualChannels(t *testing.T) {
	names := []string{
		"brightness", "contrast", "defocus_blur", "elastic_transform", "fog", "glass_blur", "motion_blur", "pixelate", "snow", "zoom_blur",
	}
	for _, name := range names {
		c, err := Corruptions().Named(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, channels := range []int{1, 3, 5} {
			grey := robustness.Shape{Channels: 1, Height: 20, Width: 24}
			many := robustness.Shape{Channels: channels, Height: 20, Width: 24}
			x := noise(grey, 1, 7).Pixels
			for severity := 1; severity <= Severities; severity++ {
				want, got := make([]uint8, grey.Size()), make([]uint8, many.Size())
				c.At(grey, severity)(want, x, rand.New(rand.NewPCG(1, 2)))
				c.At(many, severity)(got, slices.Repeat(x, channels), rand.New(rand.NewPCG(1, 2)))
				if !slices.Equal(got, slices.Repeat(want, channels)) {
					t.Errorf("%s, severity %d, of %d channels is another than of one", name, severity, channels)
				}
			}
		}
	}
}

// difference is the mean absolute difference.
func difference(a, b Images) float64 {
	sum := 0.
	for i, v := range a.Pixels {
		sum += math.Abs(float64(v) - float64(b.Pixels[i]))
	}
	return sum / float64(len(a.Pixels))
}

func TestBatchHasValuesOfBytes(t *testing.T) {
	s := robustness.Shape{Channels: 1, Height: 1, Width: 256}
	x := Images{Shape: s}
	for v := range 256 {
		x.Pixels = append(x.Pixels, uint8(v))
	}
	for v, value := range x.Batch().Pixels {
		if value != float32(v)/255 {
			t.Errorf("byte %d is %v", v, value)
		}
	}
}
