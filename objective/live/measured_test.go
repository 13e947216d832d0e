package live_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
	"github.com/nassearch/nassearch/trainer/probe"
)

// brightness is the sum of the pixels of the case's first images, whatever the network; 0: of all.
func brightness(images int) func(context.Context, *measure.Case) (float64, error) {
	return func(_ context.Context, c *measure.Case) (float64, error) {
		pixels, sum := c.Pixels, 0.
		if images > 0 {
			pixels = pixels[:images*c.Channels*c.Side*c.Side]
		}
		for _, v := range pixels {
			sum += v
		}
		return sum, nil
	}
}

// scores are measures of one's own: of initial weights, of trained ones, and of no images at all.
func scores() measure.Catalogue {
	return measure.Catalogue{
		{Name: "params"}, // which is counted without a network
		{Name: "bright", Meaning: "how bright the images are", Passes: 3, Needs: measure.Needs{Images: true}, Of: brightness(0)},
		{Name: "bright_end", Minimize: true, Passes: 2, Images: 16, Needs: measure.Needs{Images: true, Trained: true}, Of: brightness(16)},
		{
			Name: "drawn", Passes: 5,
			Of: func(_ context.Context, c *measure.Case) (float64, error) { return float64(c.Seed), nil },
		},
		{
			Name: "endless",
			Of:   func(context.Context, *measure.Case) (float64, error) { return math.Inf(1), nil },
		},
		{
			Name: "broken",
			Of:   func(context.Context, *measure.Case) (float64, error) { return 0, errors.New("it has no paths") },
		},
	}
}

func newMeasuring(t *testing.T, l *live.Lab, metrics ...string) *live.Evaluator {
	t.Helper()
	e, err := live.NewEvaluator(l, live.Quantities(objective.Catalogue{Measures: scores()}), metrics, live.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// sum is that of the first pixels of a set, in [0,1].
func sum(set *dataset.Set, images int) (sum float64) {
	for _, v := range trainer.Images(set, 0, images).Pixels {
		sum += float64(v)
	}
	return sum
}

// A kernel without functions would panic if anything was trained.
func TestMeasuresOfInitialWeightsNeedNeitherTrainingNorValidation(t *testing.T) {
	p := quick(t)
	p.Val = "none"
	l := newLab(t, p)
	l.Kernel = &kernel.Kernel{Name: l.Kernel.Name}
	e := newMeasuring(t, l, "drawn", "bright", "params")
	if want := []objective.Metric{{Name: "drawn"}, {Name: "bright"}, {Name: "params", Goal: objective.Minimize}}; !cmp.Equal(e.Metrics(), want) {
		t.Errorf("metrics %v, want %v", e.Metrics(), want)
	}
	r := objective.Request{Arch: middle, Fidelity: 1, Seed: 7}
	o, err := e.Evaluate(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if want := []float64{7, sum(l.Images.Train, 64), float64(l.Network().Params(cell(t, middle)))}; !slices.Equal(o.Values, want) {
		t.Errorf("values %v, want %v", o.Values, want)
	}
	if rec := record(t, o); rec.Epochs != 0 || rec.Memory != 0 || e.Trains() {
		t.Errorf("record %+v of what was not trained", rec)
	}
	flops := float64(l.Network().FLOPs(cell(t, middle)))
	if got, want := e.Cost(r), time.Duration(flops*(3*64+5)/15e9*1e9); got != want {
		t.Errorf("cost %v, want %v", got, want)
	}
	s := e.Settings()
	if _, there := s["drawn.images"]; there || s["bright.images"] != "64" {
		t.Errorf("settings %v", s)
	}
	tested, err := e.Test(t.Context(), r)
	if err != nil || !slices.Equal(tested, o.Values) {
		t.Errorf("at the end %v, %v: want %v", tested, err, o.Values)
	}
}

func TestMeasuresOfTrainedWeightsAreOfTheImagesThatNetworksAreMeasuredOn(t *testing.T) {
	p := quick(t)
	p.SampleSeed, p.MeasureImages = 5, 40
	l := newLab(t, p)
	e := newMeasuring(t, l, "bright_end", "bright", "clean_acc")
	values, rec := evaluate(t, e, middle)
	if want := []float64{sum(l.Images.Val, 16), sum(l.Images.Train.Drawn(5), 40), *rec.Clean}; !slices.Equal(values, want) {
		t.Errorf("values %v, want %v", values, want)
	}
	if !e.Trains() || e.Metrics()[0].Goal != objective.Minimize {
		t.Errorf("trains: %v, metrics %v", e.Trains(), e.Metrics())
	}
	want := []live.Setup{
		{Kind: "measure", Name: "bright_end", How: "trained weights", Images: 16},
		{
			Kind: "measure", Name: "bright", How: "weights as they are drawn", Images: 40, From: live.FromTraining,
			Meaning: "how bright the images are",
		},
	}
	if diff := cmp.Diff(want, e.Setups(l.Images.Val)); diff != "" {
		t.Error(diff)
	}
	tested, err := e.Test(t.Context(), objective.Request{Arch: middle, Fidelity: 1, Seed: 1})
	if err != nil || tested[0] != sum(l.Images.Test, 16) || tested[1] != values[1] {
		t.Errorf("on the test images %v, %v", tested, err)
	}
	other := newMeasuring(t, newLab(t, quick(t)), "bright_end", "bright", "clean_acc")
	if e.Source() == other.Source() {
		t.Error("other images have the same source")
	}
}

// A measure that takes more images than any batch has is not bound by the batch's number; one that takes fewer is.
func TestBatchBindsMeasuresOfABatch(t *testing.T) {
	all := live.Quantities(objective.Catalogue{Measures: measure.Catalogue{
		{Name: "few", Images: 16, Needs: measure.Needs{Images: true}, Of: images},
		{Name: "batch", Needs: measure.Needs{Images: true}, Of: images},
		{Name: "many", Images: 100, Needs: measure.Needs{Images: true}, Of: images},
	}})
	for _, c := range []struct {
		asked int
		want  []float64 // images of the case
		told  []int
	}{{0, []float64{64, 64, 100}, []int{16, 64, 100}}, {8, []float64{8, 8, 100}, []int{8, 8, 100}}, {200, []float64{200, 200, 200}, []int{16, 200, 100}}} {
		p := quick(t)
		p.MeasureImages = c.asked
		l := newLab(t, p)
		e, err := live.NewEvaluator(l, all, []string{"few", "batch", "many"}, live.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		values, _ := evaluate(t, e, middle)
		var told []int
		for _, s := range e.Setups(l.Images.Val) {
			told = append(told, s.Images)
		}
		if !slices.Equal(values, c.want) || !slices.Equal(told, c.told) {
			t.Errorf("%d asked: cases of %v images, told %v", c.asked, values, told)
		}
	}
}

// images counts those of the case.
func images(_ context.Context, c *measure.Case) (float64, error) { return float64(len(c.Labels)), nil }

// The program's own measures of one network agree with those taken one by one, and zero-cost ones need no training.
func TestMeasuresAreThoseOfTheDrawnWeights(t *testing.T) {
	l := newLab(t, quick(t))
	names := []string{"grad_norm", "linear_regions", "synflow", "ntk_cond", "params"}
	e, err := live.NewEvaluator(l, live.Quantities(objective.Usual()), names, live.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	values, _ := evaluate(t, e, middle)
	w, err := trainer.NewWeights(l.Spec(cell(t, middle)), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names[:4] {
		m, _ := measure.Measures().Find(name)
		n := max(64, m.Images)
		c := probe.Case(w, trainer.Images(l.Images.Train, 0, n), l.Images.Train.Labels[:n], 1, l.Kernel.Double())
		if want, err := m.Of(t.Context(), c); err != nil || values[i] != want {
			t.Errorf("%s is %g, want %g, %v", name, values[i], want, err)
		}
	}
	none := objective.Request{Arch: "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", Fidelity: 1, Seed: 1}
	if _, err := e.Evaluate(t.Context(), none); objective.CauseOf(err) != objective.NotFinite {
		t.Errorf("a cell without paths: %v", err)
	}
}

// What is no finite number is an error of that kind, never a value.
func TestMeasureWithoutAValueFails(t *testing.T) {
	l := newLab(t, quick(t))
	r := objective.Request{Arch: small, Fidelity: 1, Seed: 1}
	if _, err := newMeasuring(t, l, "endless").Evaluate(t.Context(), r); objective.CauseOf(err) != objective.NotFinite {
		t.Errorf("endless: %v", err)
	}
	if _, err := newMeasuring(t, l, "bright", "broken").Evaluate(t.Context(), r); err == nil || err.Error() != "measure broken: it has no paths" {
		t.Errorf("broken: %v", err)
	}
}

// Images that are asked for must be there; those that are not asked for need not.
func TestMeasuresAreNotTakenOnFewerImagesThanAsked(t *testing.T) {
	all := live.Quantities(objective.Catalogue{Measures: scores()})
	for _, c := range []struct {
		images        int
		val, metric   string
		field, reason string
	}{
		{5000, "test:0.5", "bright", "measured images", "at most 4096: there are no more training images"},
		{2000, "test:0.5", "bright_end", "measured images", "at most 1024: there are no more validation images"},
		{5000, "test:0.5", "drawn", "", ""},
		{4096, "test:0.5", "bright", "", ""},
		{0, "test:0.01", "bright_end", "", ""},
		{0, "none", "bright_end", "validation images", ""},
	} {
		p := quick(t)
		p.MeasureImages, p.Val = c.images, c.val
		_, err := live.NewEvaluator(newLab(t, p), all, []string{c.metric}, live.Limits{})
		bad, ok := errors.AsType[*live.ProtocolError](err)
		if ok != (c.field != "") || ok && (bad.Field != c.field || c.reason != "" && bad.Want != c.reason) {
			t.Errorf("%d images, --val %s, %s: error %v", c.images, c.val, c.metric, err)
		}
	}
	p := quick(t)
	p.MeasureImages = -1
	if bad, ok := errors.AsType[*live.ProtocolError](p.Validate(objective.Usual())); !ok || bad.Field != "measured images" {
		t.Errorf("-1 images: %v", p.Validate(objective.Usual()))
	}
}

// A measure of weights in a state is taken of them, on the images that weights in this state are measured on, and its
// own state is the measure without one.
func TestMeasuresAreTakenInBothStates(t *testing.T) {
	l := newLab(t, quick(t))
	names := []string{"grad_norm@trained", "grad_norm", "jacobian_fro@initial", "jacobian_fro", "clean_acc"}
	all := live.Quantities(objective.Usual())
	e, err := live.NewEvaluator(l, all, names, live.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	values, _ := evaluate(t, e, middle)
	trained, _, err := l.Train(t.Context(), cell(t, middle), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := trainer.NewWeights(l.Spec(cell(t, middle)), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range names[:4] {
		metric := e.Metrics()[i]
		if metric.Key() != name {
			t.Errorf("metric %s, want %s", metric, name)
		}
		w, set := drawn, l.Images.Train
		if name == "grad_norm@trained" || name == "jacobian_fro" {
			w, set = trained, l.Images.Val
		}
		m, _ := measure.Measures().Find(metric.Name)
		c := probe.Case(w, trainer.Images(set, 0, 64), set.Labels[:64], 1, l.Kernel.Double())
		if want, err := m.Of(t.Context(), c); err != nil || values[i] != want {
			t.Errorf("%s is %g, want %g, %v", name, values[i], want, err)
		}
	}
	own, err := live.NewEvaluator(l, all, []string{"grad_norm@initial", "jacobian_fro@trained"}, live.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := evaluate(t, own, middle); own.Metrics()[0].Key() != "grad_norm" || !slices.Equal(again, []float64{values[1], values[3]}) {
		t.Errorf("%v of %v", again, own.Metrics())
	}
	initial, err := live.NewEvaluator(l, all, []string{"jacobian_fro@initial"}, live.Limits{})
	if err != nil || initial.Trains() {
		t.Errorf("initial weights: %v", err)
	}
	for _, text := range []string{"zen@trained", "linear_regions@trained", "params@trained", "clean_acc@initial", "pgd_acc@trained"} {
		_, err := live.NewEvaluator(l, all, []string{text}, live.Limits{})
		if bad, ok := errors.AsType[*live.ProtocolError](err); !ok || bad.Value != text {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := live.NewEvaluator(l, all, []string{"grad_norm", "grad_norm@initial"}, live.Limits{}); err == nil {
		t.Error("the same metric twice")
	}
}
