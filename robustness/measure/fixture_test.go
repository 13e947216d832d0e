package measure_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/probe"
	"github.com/nassearch/nassearch/trainer/trainertest"
	"gonum.org/v1/gonum/stat"
)

// rel is the fixtures' tolerance for float64.
const rel = 1e-6

// number is one that may be "nan" or an infinity, as text.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	v, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64)
	*n = number(v)
	return err
}

// few are the first rows where tests are to be short.
func few[T any](rows []T) []T {
	if testing.Short() {
		return rows[:min(2, len(rows))]
	}
	return rows
}

// row is what is known of a cell on the weights of a seed.
type row struct {
	Arch   space.Arch
	Seed   uint64
	N      int // 0: 1
	Params float64
	Macs   float64
}

// initial returns the case of a row's network on its reproducible initial weights, and the first of some images as
// they are normalised.
func (r row) initial(t testing.TB, images string, n int) *measure.Case {
	t.Helper()
	cell, err := nasbench201.Parse(r.Arch)
	if err != nil {
		t.Fatal(err)
	}
	spec := trainer.Spec{Cell: cell, Network: nasbench201.Network{
		Channels: 16, Depth: max(r.N, 1), Classes: 10, Inputs: 3, Image: 32,
	}}
	c := &measure.Case{Channels: 3, Side: 32, Seed: r.Seed}
	mean, std := []float32{.4914, .4822, .4465}, []float32{.2470, .2435, .2616}
	pixels, labels := cifar(t, images, n)
	for i, v := range pixels {
		channel := i / 1024 % 3
		c.Pixels = append(c.Pixels, float64((v-mean[channel])/std[channel]))
	}
	c.Labels = labels
	c.Open = func(v measure.Variant) (measure.Network, error) {
		s := spec
		if v.Channels > 0 {
			s.Channels, s.Depth, s.Image = v.Channels, 1, v.Side
		}
		w, err := trainer.NewWeights(s, 1)
		if err != nil {
			return nil, err
		}
		net, err := probe.New(w, v.Norms, double(t))
		if err != nil {
			return nil, err
		}
		net.SetValues(reproducible(net, r.Seed))
		return net, nil
	}
	return c
}

func double(t failing) *kernel.Double {
	t.Helper()
	k, err := kernel.Choose("")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return k.Double()
}

// reproducible draws all weights and the bias from one stream of splitmix64.
func reproducible(n measure.Network, seed uint64) [][]float64 {
	values, state := n.Values(), seed
	fan := 1.
	for i, p := range n.Parameters() {
		if p.Kind != measure.Weight && p.Kind != measure.Bias {
			continue
		}
		if p.Kind == measure.Weight {
			fan = float64(len(values[i]) / p.Shape[0])
		}
		for k := range values[i] {
			state += 0x9E3779B97F4A7C15
			z := state
			z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
			z = (z ^ z>>27) * 0x94D049BB133111EB
			u := float64((z^z>>31)>>11) * 0x1p-53
			values[i][k] = float64(float32((2*u - 1) / math.Sqrt(fan)))
		}
	}
	return values
}

var interval = regexp.MustCompile(`(\w+)\[(\d+):`)

// cifar returns n images of the first interval that a text names, in [0,1].
func cifar(t testing.TB, images string, n int) ([]float32, []int) {
	t.Helper()
	at := interval.FindStringSubmatch(images)
	if at == nil {
		t.Fatalf("no images in %q", images)
	}
	raw, err := os.ReadFile(filepath.Join(sharedtest.Dir(t), "data", "cifar10-lossless", at[1]+".bin"))
	if err != nil {
		t.Fatal(err)
	}
	first, err := strconv.Atoi(at[2])
	if err != nil {
		t.Fatal(err)
	}
	var pixels []float32
	var labels []int
	for i := first; i < first+n; i++ {
		labels = append(labels, int(raw[i*3073]))
		for _, v := range raw[i*3073+1 : (i+1)*3073] {
			pixels = append(pixels, float32(v)/255)
		}
	}
	return pixels, labels
}

// trained returns the case of the network of the topic attacks, by pixels in [0,1].
func trained(t testing.TB, images string, n int) *measure.Case {
	t.Helper()
	w := trainertest.Weights(t)
	pixels, labels := cifar(t, images, n)
	c := &measure.Case{Channels: 3, Side: 32, Labels: labels}
	for _, v := range pixels {
		c.Pixels = append(c.Pixels, float64(v))
	}
	for i := range w.Mean {
		c.Mean, c.Std = append(c.Mean, float64(w.Mean[i])), append(c.Std, float64(w.Std[i]))
	}
	c.Open = func(v measure.Variant) (measure.Network, error) { return probe.New(w, v.Norms, double(t)) }
	return c
}

// hold compares a measure with a number; what is none must be an UndefinedError.
func hold(t testing.TB, c *measure.Case, name string, want number, tolerance float64) {
	t.Helper()
	v, err := find(t, name).Of(context.Background(), c)
	if math.IsNaN(float64(want)) || math.IsInf(float64(want), 0) {
		if bad, ok := errors.AsType[*measure.UndefinedError](err); !ok {
			t.Errorf("%s: %v, %v, want an UndefinedError", name, v, err)
		} else if fmt.Sprint(bad.Value) != fmt.Sprint(float64(want)) {
			t.Errorf("%s: %v, want %v", name, bad, want)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	near(t, name, v, float64(want), tolerance)
}

// holdEach compares values by image, and returns them.
func holdEach(t testing.TB, c *measure.Case, name string, want []float64) []float64 {
	t.Helper()
	got, err := find(t, name).Each(context.Background(), c)
	if err != nil || len(got) < len(want) {
		t.Fatalf("%s: %d values, %v", name, len(got), err)
	}
	for i, w := range want {
		near(t, fmt.Sprintf("%s of image %d", name, i), got[i], w, rel)
	}
	return got
}

func TestFixtureZeroCost(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "proxies", "naslib*.json") {
		var file struct {
			Images string
			Batch  int
			Rows   []json.RawMessage
		}
		sharedtest.ReadJSON(t, path, &file)
		for _, raw := range few(file.Rows) {
			var at row
			if err := json.Unmarshal(raw, &at); err != nil {
				t.Fatal(err)
			}
			t.Run(string(at.Arch), func(t *testing.T) { holdZeroCost(t, at.initial(t, file.Images, file.Batch), raw) })
		}
	}
}

func holdZeroCost(t *testing.T, c *measure.Case, raw json.RawMessage) {
	var want map[string]json.RawMessage
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	known := func(name string) (n number) {
		if err := json.Unmarshal(want[name], &n); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return n
	}
	for _, name := range []string{
		"epe_nas", "fisher", "grad_norm", "grasp", "jacov", "l2_norm", "nwot", "plain", "snip", "synflow",
	} {
		hold(t, c, name, known(name), rel)
	}
	if flow := known("synflow"); flow > 0 {
		near(t, "log_synflow", math.Log(value(t, c, "synflow")), float64(known("log_synflow")), 1e-5)
	}
	mean, sd := float64(known("zen_mean")), float64(known("zen_sd")) // of draws that are not those of a seed here
	hold(t, c, "zen", number(mean), 4*sd/math.Abs(mean))
}

func TestFixtureCroze(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "proxies", "croze*.json") {
		var file struct {
			Images string
			Rows   []struct {
				row
				Batch  int
				Croze  number
				Layers [][3]number
			}
		}
		sharedtest.ReadJSON(t, path, &file)
		for _, r := range few(file.Rows) {
			t.Run(fmt.Sprint(r.Arch, r.N), func(t *testing.T) {
				c := r.initial(t, file.Images, r.Batch)
				hold(t, c, "croze", r.Croze, rel)
				layers, err := measure.CrozeLayers(context.Background(), c)
				if err != nil || len(layers) != len(r.Layers) {
					t.Fatalf("%d layers, %v, want %d", len(layers), err, len(r.Layers))
				}
				for i, want := range r.Layers {
					for k, factor := range []string{"weights", "gradients", "features"} {
						near(t, fmt.Sprintf("%s of layer %d", factor, i), layers[i][k], float64(want[k]), rel)
					}
				}
			})
		}
	}
}

func TestFixtureTENAS(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "proxies", "tenas*.json") {
		var file struct {
			Images string
			Rows   []struct {
				row
				Cond number `json:"ntk_cond"`
				C1   int    `json:"regions_C1"`
				C2   int    `json:"regions_C2"`
			}
		}
		sharedtest.ReadJSON(t, path, &file)
		kernels, regions, ok := strings.Cut(file.Images, "regions:")
		if !ok {
			t.Fatalf("no images of regions in %q", file.Images)
		}
		for _, r := range few(file.Rows) {
			t.Run(string(r.Arch), func(t *testing.T) {
				hold(t, r.initial(t, kernels, 16), "ntk_cond", r.Cond, rel)
				many := r.initial(t, regions, 1000)
				hold(t, many, "linear_regions", number(r.C1), 2/float64(r.C1))
				got, err := measure.Regions(context.Background(), many, 2)
				if err != nil || max(got-r.C2, r.C2-got) > 2 {
					t.Errorf("regions of 2 channels: %d, %v, want %d", got, err, r.C2)
				}
			})
		}
	}
}

func TestFixtureJacobianHessian(t *testing.T) {
	type norms struct {
		Images    string
		Jacobians []float64 `json:"jacobian_fro"`
		Jacobian  float64   `json:"jacobian_fro_mean"`
		Hessians  []float64 `json:"hessian_max_eig"`
		Hessian   float64   `json:"hessian_max_eig_mean"`
	}
	compare := func(t *testing.T, want norms, open func(n int) *measure.Case) {
		each := holdEach(t, open(len(want.Jacobians)), "jacobian_fro", want.Jacobians)
		near(t, "jacobian_fro", stat.Mean(each, nil), want.Jacobian, rel)
		each = holdEach(t, open(len(want.Hessians)), "hessian_eig", want.Hessians)
		near(t, "hessian_eig", stat.Mean(each, nil), want.Hessian, rel)
	}
	for _, path := range sharedtest.Cases(t, "proxies", "jacobian_hessian*.json") {
		var file struct {
			Initial struct {
				Images string
				Rows   []struct {
					row
					norms
				}
			}
			Trained norms
		}
		sharedtest.ReadJSON(t, path, &file)
		for _, r := range few(file.Initial.Rows) {
			t.Run(string(r.Arch), func(t *testing.T) {
				open := func(n int) *measure.Case { return r.initial(t, file.Initial.Images, n) }
				compare(t, r.norms, open)
				hold(t, open(1), "params", number(r.Params), 0)
				hold(t, open(1), "flops", number(r.Macs), 0)
			})
		}
		t.Run("trained", func(t *testing.T) {
			compare(t, file.Trained, func(n int) *measure.Case { return trained(t, file.Trained.Images, n) })
		})
	}
}

func TestFixtureJacobianTrain(t *testing.T) {
	type norms struct {
		Images             string
		Own, Batch, Summed []float64
	}
	compare := func(t *testing.T, want norms, c *measure.Case) {
		holdEach(t, c, "jacobian_fro_train", want.Own)
		holdEach(t, c, "jacobian_fro_train_batch", want.Batch)
		holdEach(t, c, "jacobian_fro_train_summed", want.Summed)
	}
	for _, path := range sharedtest.Cases(t, "proxies", "jacobian_train*.json") {
		var file struct {
			Initial struct {
				Images string
				Rows   []struct {
					row
					norms
				}
			}
			Trained norms
		}
		sharedtest.ReadJSON(t, path, &file)
		for _, r := range few(file.Initial.Rows) {
			t.Run(string(r.Arch), func(t *testing.T) {
				compare(t, r.norms, r.initial(t, file.Initial.Images, len(r.Own)))
			})
		}
		t.Run("trained", func(t *testing.T) {
			compare(t, file.Trained, trained(t, file.Trained.Images, len(file.Trained.Own)))
		})
	}
}
