package corruption

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
)

// landscapes are images of 32 x 32 with detail of all sizes, as pictures have.
func landscapes(n int) Images {
	x := Images{Shape: colour}
	for i := range n * colour.Channels {
		p := newPlasma(32, 1.6)
		p.draw(newBits(rand.New(rand.NewPCG(1, uint64(i)))))
		p.grow()
		least, most := slices.Min(p.field), slices.Max(p.field)
		for _, v := range p.field {
			x.Pixels = append(x.Pixels, uint8(255*(v-least)/(most-least)))
		}
	}
	return x
}

// at returns images in another size: the means of pixels, or what is between them.
func at(x Images, side int) Images {
	to := Images{Shape: robustness.Shape{Channels: x.Channels, Height: side, Width: side}}
	factor := float64(side) / float64(x.Width)
	between := between(x.Width, side, factor)
	for plane := range slices.Chunk(x.Pixels, x.Height*x.Width) {
		for row := range side {
			for column := range side {
				if side > x.Width {
					y, c := between[row], between[column]
					a, b := mixed(plane[y.first*x.Width:], c), mixed(plane[y.second*x.Width:], c)
					to.Pixels = append(to.Pixels, uint8(math.Round(a+(b-a)*y.share)))
					continue
				}
				n, sum := x.Width/side, 0
				for i := range n * n {
					sum += int(plane[(row*n+i/n)*x.Width+column*n+i%n])
				}
				to.Pixels = append(to.Pixels, uint8(math.Round(float64(sum)/float64(n*n))))
			}
		}
	}
	return to
}

// unevenness is the mean difference of neighbours.
func unevenness(x Images) float64 {
	sum, n := 0., 0
	for row := range slices.Chunk(x.Pixels, x.Width) {
		for i := range x.Width - 1 {
			sum += math.Abs(float64(row[i+1]) - float64(row[i]))
			n++
		}
	}
	return sum / float64(n)
}

// TestOtherSizesAreCorruptedAlike: pictures change as much as they do when they are corrupted at 32 x 32 and then seen in
// another size. Smaller ones know less of their detail: where a corruption moves light by a pixel of 32, what repeated
// pixels do at their edges is up to about twice as much. What is of pixels whatever the size changes noise's values by as
// much, and others in proportion to how different neighbours are. Where more of a corruption is more at 32, so it is in
// other sizes.
func TestOtherSizesAreCorruptedAlike(t *testing.T) {
	if testing.Short() {
		t.Skip("corrupts thousands of images")
	}
	x := landscapes(40)
	for _, c := range Corruptions() {
		t.Run(c.Name(), func(t *testing.T) {
			var before [3]float64 // of the severity below
			least := 0.
			for severity := 1; severity <= Severities; severity++ {
				spoilt := apply(t, c, severity, x, Seed, 2)
				most := difference(x, spoilt)
				for i, side := range []int{8, 16, 64} {
					picture := at(x, side)
					got := difference(picture, apply(t, c, severity, picture, Seed, 2))
					want, off := difference(picture, at(spoilt, side)), 1.25
					switch c.Name() {
					case "gaussian_noise", "shot_noise", "impulse_noise":
						want = most
					case "pixelate", "jpeg_compression":
						want, off = most*unevenness(picture)/unevenness(x), 1.7
					case "defocus_blur", "glass_blur", "motion_blur", "zoom_blur", "elastic_transform":
						off = []float64{2.2, 1.4, 1.3}[i]
					}
					t.Logf("severity %d, side %d: %.2f, want %.2f (%.2f)", severity, side, got, want, got/want)
					if got > off*want+.3 || got < want/off-.3 {
						t.Errorf("severity %d changes images of %d by %.2f, want %.2f", severity, side, got, want)
					}
					if most > 1.05*least && got <= before[i] {
						t.Errorf("severity %d changes images of %d by %.2f, that below by %.2f", severity, side, got, before[i])
					}
					before[i] = got
				}
				least = most
			}
		})
	}
}

// TestSizesAreContinuous: a line more or less changes little.
func TestSizesAreContinuous(t *testing.T) {
	if testing.Short() {
		t.Skip("corrupts thousands of images")
	}
	x := landscapes(40)
	crop := func(side int) Images {
		to := Images{Shape: robustness.Shape{Channels: 3, Height: side, Width: side}}
		larger := at(x, 64)
		for i := range larger.Pixels {
			if y, column := i/64%64, i%64; y < side && column < side {
				to.Pixels = append(to.Pixels, larger.Pixels[i])
			}
		}
		return to
	}
	for _, c := range Corruptions() {
		if c.Name() == "fog" {
			continue // its fractal doubles
		}
		for severity := 1; severity <= Severities; severity++ {
			change := func(side int) float64 {
				picture := crop(side)
				return difference(picture, apply(t, c, severity, picture, Seed, 2))
			}
			want := change(32)
			for _, side := range []int{30, 31, 33, 34} {
				if got := change(side); math.Abs(got-want) > .2*want+.2 {
					t.Errorf("%s, severity %d, changes images of %d by %.2f, those of 32 by %.2f", c.Name(), severity, side, got, want)
				}
			}
		}
	}
}

// TestLensShowsMeanChanges of repeated pixels, in plain arithmetic.
func TestLensShowsMeanChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := robustness.Shape{
			Channels: rapid.IntRange(1, 4).Draw(t, "channels"),
			Height:   rapid.IntRange(1, 31).Draw(t, "height"), Width: rapid.IntRange(1, 31).Draw(t, "width"),
		}
		change := rapid.IntRange(-20, 20).Draw(t, "change")
		x := rapid.SliceOfN(rapid.Uint8Range(40, 215), s.Size(), s.Size()).Draw(t, "pixels")
		uniform := seen(s, func(s robustness.Shape) Transform {
			if min(s.Height, s.Width) != 32 {
				t.Fatalf("enlarged to %v", s)
			}
			return func(to, x []uint8, _ *rand.Rand) {
				for i, v := range x {
					to[i] = uint8(int(v) + change)
				}
			}
		})
		got := make([]uint8, len(x))
		uniform(got, x, nil)
		for i, v := range x {
			if int(got[i]) != int(v)+change {
				t.Fatalf("pixel %d of %v: %d became %d, want a change of %d", i, s, v, got[i], change)
			}
		}
	})
	const side, times = 8, 4
	small := robustness.Shape{Channels: 3, Height: side, Width: side}
	x := at(landscapes(1), side).Pixels
	large := make([]uint8, colour.Size())
	for i := range large {
		large[i] = x[i/1024*side*side+i/32%32/times*side+i%32/times]
	}
	for _, name := range []string{"defocus_blur", "glass_blur", "motion_blur", "zoom_blur", "elastic_transform"} {
		c, err := Corruptions().Named(name)
		if err != nil {
			t.Fatal(err)
		}
		got, spoilt, want := make([]uint8, len(x)), make([]uint8, len(large)), make([]float64, len(x))
		c.At(small, 5)(got, x, rand.New(rand.NewPCG(1, 2)))
		c.At(colour, 5)(spoilt, large, rand.New(rand.NewPCG(1, 2)))
		for i, v := range spoilt {
			want[i/1024*side*side+i/32%32/times*side+i%32/times] += float64(v) / times / times
		}
		for i, v := range want {
			if math.Abs(float64(got[i])-v) > .51 {
				t.Fatalf("%s, pixel %d: %d, want %.2f", name, i, got[i], v)
			}
		}
	}
}

// TestZoomOfLargeImages is the same whether its matrix is made at once or in parts.
func TestZoomOfLargeImages(t *testing.T) {
	s := robustness.Shape{Channels: 1, Height: 33, Width: 47}
	z := newZoom(s, 26)
	x, want, got := make([]uint64, 33*47), make([]uint64, 33*47), make([]uint64, 33*47)
	for i := range x {
		x[i] = uint64(i*i) % 256
	}
	z.matrix(0, s.Height).apply(want, x)
	for y := range s.Height {
		z.matrix(y, y+1).apply(got[y*s.Width:], x)
	}
	if !slices.Equal(got, want) {
		t.Error("rows alone differ from all rows")
	}
}
