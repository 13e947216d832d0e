package smoothing_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/smoothing"
)

// model is a function of an image.
type model func(x []float32) []float32

func (m model) Logits(ctx context.Context, x robustness.Batch) ([]float32, error) {
	var all []float32
	for i := range x.Len() {
		all = append(all, m(x.Image(i))...)
	}
	return all, context.Cause(ctx)
}

// halfSpace sees class 1 where the sum of w x + b is above 0. Its vote is known in closed form: under noise of any sigma
// it goes to the side that the image is on, and no perturbation shorter than the distance to the plane changes it.
type halfSpace struct {
	w []float64
	b float64
}

// distance of an image to the plane, negative on the side of class 0.
func (h halfSpace) distance(x []float32) float64 {
	sum, square := h.b, 0.
	for i, v := range x {
		sum += h.w[i] * float64(v)
		square += h.w[i] * h.w[i]
	}
	return sum / math.Sqrt(square)
}

func (h halfSpace) logits(x []float32) []float32 { return []float32{0, float32(h.distance(x))} }

var shape = robustness.Shape{Channels: 1, Height: 2, Width: 3}

// scene is a plane and images around it, with the sides that they are on as labels.
func scene(r *rand.Rand, images int) (halfSpace, robustness.Batch, []int) {
	h := halfSpace{w: make([]float64, shape.Size())}
	for i := range h.w {
		h.w[i] = r.NormFloat64()
		h.b -= h.w[i] / 2
	}
	x := robustness.Batch{Shape: shape, Pixels: make([]float32, images*shape.Size())}
	for i := range x.Pixels {
		x.Pixels[i] = r.Float32()
	}
	y := make([]int, images)
	for i := range y {
		if h.distance(x.Image(i)) > 0 {
			y[i] = 1
		}
	}
	return h, x, y
}

func certify(t testing.TB, c smoothing.Certification, m model, x robustness.Batch, y []int) *smoothing.Report {
	t.Helper()
	r, err := c.Run(t.Context(), []robustness.Model{m}, x, y)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A certificate is wrong if it names the other side, or a radius beyond the plane. That happens to a share alpha of
// images at most; the number of such images is binomial, and this one would be exceeded once in a million times.
func TestCertificatesHold(t *testing.T) {
	for _, c := range []smoothing.Config{
		{Sigma: .25, Select: 10, Votes: 100, Alpha: .05},
		{Sigma: .1, Select: 1, Votes: 50, Alpha: .2},
		{Sigma: 1, Select: 100, Votes: 400, Alpha: .01},
		{Sigma: .5, Select: 3, Votes: 8, Alpha: .1},
	} {
		const images = 2000
		h, x, y := scene(rand.New(rand.NewPCG(1, 1)), images)
		r := certify(t, smoothing.Certification{Config: c, Seed: 7}, h.logits, x, y)
		wrong, certified := 0, 0
		for i, z := range r.Certificates {
			if z.Class != smoothing.Abstained {
				certified++
				if z.Class != y[i] || z.Radius > math.Abs(h.distance(x.Image(i))) {
					wrong++
				}
			}
		}
		most := distuv.Binomial{N: images, P: c.Alpha}
		if p := 1 - most.CDF(float64(wrong-1)); wrong > 0 && p < 1e-6 {
			t.Errorf("%v: %d of %d certificates are wrong", c, wrong, images)
		}
		if certified < images/10 || wrong == 0 {
			t.Errorf("%v: %d certificates of %d images, %d wrong: the bound is not as tight as it should be",
				c, certified, images, wrong)
		}
	}
}

// With many votes the radius comes near to the distance.
func TestRadiusIsTheDistance(t *testing.T) {
	h, x, y := scene(rand.New(rand.NewPCG(2, 2)), 40)
	c := smoothing.Config{Sigma: .5, Select: 100, Votes: 40000, Alpha: .001}
	r := certify(t, smoothing.Certification{Config: c}, h.logits, x, y)
	seen := 0
	for i, z := range r.Certificates {
		d := math.Abs(h.distance(x.Image(i)))
		if d < .02 || d > 1 {
			continue
		}
		seen++
		if z.Class != y[i] || z.Radius > d || z.Radius < d-.04 {
			t.Errorf("image %d: class %d, radius %.4f: want %d, about %.4f", i, z.Class, z.Radius, y[i], d)
		}
	}
	if seen < 20 {
		t.Errorf("only %d images to compare", seen)
	}
}

// Nothing but model, images, configuration and seed decides about a certificate.
func TestCertificatesDependOnTheirImageAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "scene"), 0))
		images := rapid.IntRange(1, 12).Draw(t, "images")
		h, x, y := scene(r, images)
		c := smoothing.Certification{Config: smoothing.Config{Sigma: .3, Select: 7, Votes: 60, Alpha: .01}}
		c.Seed = rapid.Uint64().Draw(t, "seed")
		run := func(batch, models int, x robustness.Batch, y []int) *smoothing.Report {
			c.Batch = batch
			r, err := c.Run(context.Background(), slices.Repeat([]robustness.Model{model(h.logits)}, models), x, y)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		want := run(0, 1, x, y)
		got := run(rapid.IntRange(1, 80).Draw(t, "batch"), rapid.IntRange(1, 5).Draw(t, "models"), x, y)
		if d := cmp.Diff(want.Certificates, got.Certificates); d != "" {
			t.Errorf("another batch, more models: %s", d)
		}
		i := rapid.IntRange(0, images-1).Draw(t, "image") // alone
		got = run(0, 1, robustness.Batch{Shape: shape, Pixels: x.Image(i)}, y[i:i+1])
		if got.Certificates[0] != want.Certificates[i] {
			t.Errorf("image %d alone: %v, want %v", i, got.Certificates[0], want.Certificates[i])
		}
		c.Sparing = true
		for i := range y { // some are wrong
			y[i] = r.IntN(2)
		}
		c.Sparing = false
		all := run(0, 1, x, y)
		c.Sparing = true
		spared := run(0, 1, x, y)
		for _, radius := range []float64{0, .1, .3} {
			if a, b := all.Accuracy(radius), spared.Accuracy(radius); a != b {
				t.Errorf("accuracy at %g: %g, and %g when sparing", radius, a, b)
			}
		}
		if all.MeanRadius() != spared.MeanRadius() || spared.Passes > all.Passes {
			t.Errorf("sparing, mean radius %g of %g, passes %d of %d",
				spared.MeanRadius(), all.MeanRadius(), spared.Passes, all.Passes)
		}
	})
}

func TestSeedsDiffer(t *testing.T) {
	h, x, y := scene(rand.New(rand.NewPCG(3, 3)), 20)
	c := smoothing.Certification{Config: smoothing.Default()}
	c.Votes = 200
	a := certify(t, c, h.logits, x, y)
	c.Seed = 1
	if b := certify(t, c, h.logits, x, y); cmp.Equal(a.Certificates, b.Certificates) {
		t.Error("two seeds, the same certificates")
	}
}

// Studies that were made before depend on these numbers.
func TestNoiseStaysAsItWas(t *testing.T) {
	var got []float32
	m := model(func(x []float32) []float32 {
		got = append(got, x[0], x[5])
		return []float32{0, 1}
	})
	x := robustness.Batch{Shape: shape, Pixels: []float32{0, .1, .2, .3, .4, .5}}
	c := smoothing.Certification{Config: smoothing.Config{Sigma: .5, Select: 1, Votes: 2, Alpha: .3}, Seed: 9}
	certify(t, c, m, x, []int{1})
	want := []float32{.6912727, .16738966, .5861917, .38994002, -1.0163509, .8857837}
	if !slices.Equal(got, want) {
		t.Errorf("first and last pixels of three votes are %v, were %v", got, want)
	}
}

// The votes that choose the class and those that bound its share are different ones, as are those of two images.
func TestEveryVoteHasItsOwnNoise(t *testing.T) {
	seen := map[float32]bool{}
	votes := 0
	m := model(func(x []float32) []float32 {
		seen[x[0]], votes = true, votes+1
		return []float32{0, 1}
	})
	_, x, _ := scene(rand.New(rand.NewPCG(4, 4)), 3)
	c := smoothing.Certification{Config: smoothing.Config{Sigma: .5, Select: 50, Votes: 100, Alpha: .01}}
	r := certify(t, c, m, x, []int{1, 1, 1})
	if votes != 3*150 || r.Passes != votes || len(seen) < votes-2 {
		t.Errorf("%d votes, %d passes, %d different noises", votes, r.Passes, len(seen))
	}
	if want := c.LargestRadius(); r.Accuracy(want) != 1 || r.Accuracy(want+1e-9) != 0 ||
		!(math.Abs(r.MeanRadius()-want) < 1e-12) {
		t.Errorf("a unanimous vote has radius %v, want %v", r.Certificates[0], want)
	}
}

func TestAbstentionsAndWrongVotesCountAsWrong(t *testing.T) {
	// Class 1 or 2 by the noise, class 0 never; or class 2 always.
	m := model(func(x []float32) []float32 {
		switch {
		case x[3] > 50:
			return []float32{0, 0, 9}
		case x[0] > .5:
			return []float32{0, 2, 1}
		}
		return []float32{0, 1, 2}
	})
	far := make([]float32, shape.Size())
	x := robustness.Batch{Shape: shape, Pixels: slices.Repeat([]float32{.5, .5, .5, .5, .5, .5}, 2)}
	x.Pixels = append(x.Pixels, far...)
	c := smoothing.Certification{Config: smoothing.Config{Sigma: .1, Select: 10, Votes: 2000, Alpha: .001}}
	r := certify(t, c, m, x, []int{1, 2, 0})
	if r.Certificates[0].Class != smoothing.Abstained || r.Certificates[1].Class != smoothing.Abstained ||
		r.Certificates[2].Class != 2 || r.Certificates[2].Radius != c.LargestRadius() {
		t.Errorf("certificates %v: want two abstentions, and class 2", r.Certificates)
	}
	if r.Abstentions() != 2 || r.Wrong() != 1 || r.Accuracy(0) != 0 || r.MeanRadius() != 0 || len(r.Radii()) != 0 {
		t.Errorf("%d abstentions, %d wrong, accuracy %g, mean radius %g", r.Abstentions(), r.Wrong(), r.Accuracy(0), r.MeanRadius())
	}
	if full := 3 * 2010; r.Passes >= full {
		t.Errorf("%d passes: an abstention is known before all %d", r.Passes, full)
	}
}

// Equal logits are the first class's, as they are for accuracies.
func TestTiesGoToTheFirstClass(t *testing.T) {
	_, x, _ := scene(rand.New(rand.NewPCG(5, 5)), 2)
	m := model(func([]float32) []float32 { return []float32{1, 3, 3} })
	r := certify(t, smoothing.Certification{Config: smoothing.Default()}, m, x, []int{1, 2})
	if r.Accuracy(.1) != .5 || r.Wrong() != 1 {
		t.Errorf("certificates %v", r.Certificates)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	for _, c := range []struct {
		change func(*smoothing.Config)
		want   string
	}{
		{func(c *smoothing.Config) { c.Sigma = 0 }, "sigma is 0: want the noise's standard deviation, from 9.5e-07 to 1e+06, with pixels in [0,1]"},
		{func(c *smoothing.Config) { c.Sigma = -.25 }, "sigma is -0.25: want the noise's standard deviation, from 9.5e-07 to 1e+06, with pixels in [0,1]"},
		{func(c *smoothing.Config) { c.Sigma = math.NaN() }, "sigma is NaN: want the noise's standard deviation, from 9.5e-07 to 1e+06, with pixels in [0,1]"},
		{func(c *smoothing.Config) { c.Sigma = math.Inf(1) }, "sigma is +Inf: want the noise's standard deviation, from 9.5e-07 to 1e+06, with pixels in [0,1]"},
		{func(c *smoothing.Config) { c.Select = 0 }, "n0 is 0: want the votes that choose a class, at least 1, and fewer than 2^31"},
		{func(c *smoothing.Config) { c.Votes = 99 }, "n is 99: want at least as many votes as n0, 100, and fewer than 2^31"},
		{func(c *smoothing.Config) { c.Votes = -1 }, "n is -1: want at least as many votes as n0, 100, and fewer than 2^31"},
		{func(c *smoothing.Config) { c.Alpha = 0 }, "alpha is 0: want the probability of a wrong certificate, more than 0 and less than 1"},
		{func(c *smoothing.Config) { c.Alpha = 1 }, "alpha is 1: want the probability of a wrong certificate, more than 0 and less than 1"},
		{func(c *smoothing.Config) { c.Alpha = math.NaN() }, "alpha is NaN: want the probability of a wrong certificate, more than 0 and less than 1"},
		{func(c *smoothing.Config) { c.Select, c.Votes = 5, 9 }, "n is 9: want at least 10 votes: with fewer, alpha 0.001 lets no image be certified"},
		{func(c *smoothing.Config) { c.Select, c.Votes, c.Alpha = 1, 3, .125 }, "n is 3: want at least 4 votes: with fewer, alpha 0.125 lets no image be certified"},
	} {
		config := smoothing.Default()
		c.change(&config)
		_, x, y := scene(rand.New(rand.NewPCG(6, 6)), 1)
		_, err := smoothing.Certification{Config: config}.Run(t.Context(), []robustness.Model{model(nil)}, x, y)
		if bad := (*robustness.ConfigError)(nil); !errors.As(err, &bad) || err.Error() != c.want {
			t.Errorf("%+v: %v, want %s", config, err, c.want)
		}
	}
	enough := smoothing.Config{Sigma: 1, Select: 1, Votes: 10, Alpha: .001}
	if err := enough.Validate(); err != nil {
		t.Errorf("%v: %v", enough, err)
	}
}

func TestWhatIsNoQuestionIsRefused(t *testing.T) {
	_, x, y := scene(rand.New(rand.NewPCG(6, 6)), 2)
	two := model(func([]float32) []float32 { return []float32{0, 1} })
	bad := robustness.Batch{Shape: shape, Pixels: slices.Clone(x.Pixels)}
	bad.Pixels[7] = 1.5
	for want, run := range map[string]func() (*smoothing.Report, error){
		"models is empty: want at least one": func() (*smoothing.Report, error) {
			return smoothing.Certification{Config: smoothing.Default()}.Run(t.Context(), nil, x, y)
		},
		"batch is -1: want at least 1, or 0 for 128": func() (*smoothing.Report, error) {
			c := smoothing.Certification{Config: smoothing.Default(), Batch: -1}
			return c.Run(t.Context(), []robustness.Model{two}, x, y)
		},
		"images is 0: want at least one":                           ask(t, two, robustness.Batch{Shape: shape}, nil),
		"pixel of image 1 is 1.5: want a value in [0,1]":           ask(t, two, bad, y),
		"label of image 0 is 2: want one of the model's 2 classes": ask(t, two, x, []int{2, 0}),
		"number of the model's classes is 1: want at least 2":      ask(t, func([]float32) []float32 { return []float32{1} }, x, y),
		"the model gave 0 logits for 100 images":                   ask(t, func([]float32) []float32 { return nil }, x, y),
		"the model's logits of image 0: not all finite numbers": ask(t, func([]float32) []float32 {
			return []float32{0, float32(math.NaN())}
		}, x, y),
	} {
		if _, err := run(); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func ask(t *testing.T, m model, x robustness.Batch, y []int) func() (*smoothing.Report, error) {
	return func() (*smoothing.Report, error) {
		return smoothing.Certification{Config: smoothing.Default()}.Run(t.Context(), []robustness.Model{m}, x, y)
	}
}

func TestCancellationAndFailuresEndIt(t *testing.T) {
	_, x, y := scene(rand.New(rand.NewPCG(8, 8)), 5)
	enough := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	var asked atomic.Int32
	m := model(func([]float32) []float32 {
		if asked.Add(1) == 300 {
			cancel(enough)
		}
		return []float32{0, 1}
	})
	c := smoothing.Certification{Config: smoothing.Default()}
	if _, err := c.Run(ctx, []robustness.Model{m, m}, x, y); !errors.Is(err, enough) {
		t.Errorf("cancelled: %v", err)
	}
	defer func() {
		if p := recover(); p != "a mistake" {
			t.Errorf("panic %v in the caller's goroutine: want the model's", p)
		}
	}()
	c.Run(t.Context(), []robustness.Model{model(func([]float32) []float32 { panic("a mistake") })}, x, y)
}

func TestProgressIsTold(t *testing.T) {
	h, x, y := scene(rand.New(rand.NewPCG(9, 9)), 6)
	var last smoothing.Progress
	c := smoothing.Certification{Config: smoothing.Default(), Progress: func(p smoothing.Progress) {
		if p.Passes < last.Passes || p.Done < last.Done {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
	}}
	r := certify(t, c, h.logits, x, y)
	want := smoothing.Progress{Images: 6, Done: 6, Certified: len(r.Radii()), Passes: r.Passes}
	if last != want {
		t.Errorf("%+v at the end, want %+v", last, want)
	}
}
