package robustness

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func drawThreat(t *rapid.T) Threat {
	return Threat{rapid.SampledFrom([]Norm{Linf, L2}).Draw(t, "norm"), rapid.Float64Range(1e-3, 2).Draw(t, "eps")}
}

func drawPixels(t *rapid.T, n int, low, high float32) []float32 {
	return rapid.SliceOfN(rapid.Float32Range(low, high), n, n).Draw(t, "pixels")
}

func TestProjectionEndsInsideAndKeepsWhatIsInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		threat := drawThreat(t)
		x, adv := drawPixels(t, 12, 0, 1), drawPixels(t, 12, -3, 4)
		threat.Project(adv, x)
		if !threat.Contains(adv, x) {
			t.Fatalf("%v is at %v from %v: want %v", adv, threat.Norm.Length(x, adv), x, threat)
		}
		again := slices.Clone(adv)
		threat.Project(again, x)
		if d := Linf.Length(adv, again); d > 2e-7 {
			t.Fatalf("a point inside moved by %v", d)
		}
	})
}

func TestRandomStartsAreInside(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		threat := drawThreat(t)
		x := drawPixels(t, 12, 0, 1)
		adv := slices.Clone(x)
		threat.Randomize(adv, rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)))
		if !threat.Contains(adv, x) {
			t.Fatalf("%v is at %v from %v: want %v", adv, threat.Norm.Length(x, adv), x, threat)
		}
	})
}

// TestRandomStartsFillTheBall compares with the mean of |u| and of the radius of uniform points.
func TestRandomStartsFillTheBall(t *testing.T) {
	const n, eps = 20000, .1
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		norm     Norm
		size     int
		mean, sd float64 // of the length
	}{
		{Linf, 1, eps / 2, eps / math.Sqrt(12)},
		{L2, 3, eps * 3 / 4, eps * math.Sqrt(3./80)},
	} {
		sum := 0.0
		for range n {
			x := slices.Repeat([]float32{.5}, c.size)
			adv := slices.Clone(x)
			Threat{c.norm, eps}.Randomize(adv, r)
			sum += c.norm.Length(x, adv)
		}
		if got := sum / n; math.Abs(got-c.mean) > 5*c.sd/math.Sqrt(n) {
			t.Errorf("%v: mean length %v, want %v", c.norm, got, c.mean)
		}
	}
}

func TestContainsRefusesWhatIsNoNumber(t *testing.T) {
	x := []float32{.5, .5}
	for _, n := range []Norm{Linf, L2} {
		if (Threat{n, 1}).Contains([]float32{.5, float32(math.NaN())}, x) {
			t.Errorf("%v: NaN is inside", n)
		}
	}
}

func TestNormsReadWhatTheyWrite(t *testing.T) {
	for _, n := range []Norm{Linf, L2} {
		if got, err := ParseNorm(n.String()); err != nil || got != n {
			t.Errorf("%v read as %v, %v", n, got, err)
		}
	}
	if _, err := ParseNorm("L1"); err == nil {
		t.Error("L1 was accepted")
	}
}

// TestWayToHyperplaneIsShortest compares with a bisection for the level at which the plane is reached.
func TestWayToHyperplaneIsShortest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		norm := rapid.SampledFrom([]Norm{Linf, L2}).Draw(t, "norm")
		x, w := drawPixels(t, 8, 0, 1), make([]float32, 8)
		for i := range w {
			w[i] = float32(rapid.IntRange(-16, 16).Draw(t, "w")) / 8
		}
		c := rapid.Float64Range(-4, 4).Draw(t, "c")
		d := make([]float32, len(x))
		norm.toHyperplane(d, x, w, c)
		along := func(level float64) (way []float32, gain float64) {
			way = make([]float32, len(x))
			for i, g := range w {
				size := level
				if norm == L2 {
					size *= math.Abs(float64(g))
				}
				sign := math.Copysign(1, c*float64(g))
				if g == 0 {
					sign = 0
				}
				way[i] = clamp(x[i]+float32(size*sign), 0, 1) - x[i]
				gain += float64(way[i]) * float64(g)
			}
			return way, math.Abs(gain)
		}
		low, high := 0.0, 1e9
		for range 200 {
			if m := (low + high) / 2; func() float64 { _, g := along(m); return g }() < math.Abs(c) {
				low = m
			} else {
				high = m
			}
		}
		want, _ := along(low)
		for i := range d {
			if v := x[i] + d[i]; v < -1e-6 || v > 1+1e-6 {
				t.Fatalf("pixel %d leaves [0,1]: %v", i, v)
			}
		}
		var gotGain, wantGain float64
		for i, g := range w {
			gotGain += float64(g) * float64(d[i])
			wantGain += float64(g) * float64(want[i])
		}
		zero := make([]float32, len(d))
		if math.Abs(gotGain-wantGain) > 1e-5 || norm.Length(zero, d) > norm.Length(zero, want)+1e-5 {
			t.Fatalf("way %v gains %v at length %v, want %v gaining %v at %v", d, gotGain, norm.Length(zero, d), want, wantGain, norm.Length(zero, want))
		}
	})
}
