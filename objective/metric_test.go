package objective

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"pgregory.net/rapid"
)

// settings are of every kind, with the texts that people read, that stand behind an @, and that go on after a name.
var settings = []struct {
	setting         Setting
	text, key, name string
}{
	{Setting{}, "", "", "m"},
	{At(1), "1/255", "1/255", "m at 1/255"},
	{At(.5), "0.5/255", "0.5/255", "m at 0.5/255"},
	{At(8.00123456), "8.00123456/255", "8.00123456/255", "m at 8.00123456/255"},
	{Setting{Norm: robustness.L2, Eps: .5}, "L2 0.5", "l2:0.5", "m at L2 0.5"},
	{AtSeverity(3), "severity 3", "severity3", "m at severity 3"},
	{MeanOverSeverities(5), "mean of 5 severities", "mean-of-5-severities", "m, mean of 5 severities"},
	{Setting{MeanOf: 26}, "mean of 26 values", "mean-of-26-values", "m, mean of 26 values"},
	{InState(Trained), "trained weights", "trained", "m of trained weights"},
	{InState(Initial), "initial weights", "initial", "m of initial weights"},
}

func TestSettingsAsText(t *testing.T) {
	for _, c := range settings {
		if got := c.setting.String(); got != c.text {
			t.Errorf("%#v is %q, want %q", c.setting, got, c.text)
		}
		if got := c.setting.Key(); got != c.key {
			t.Errorf("%#v has the key %q, want %q", c.setting, got, c.key)
		}
		if got := (Metric{Name: "m", Setting: c.setting}).Words(); got != c.name {
			t.Errorf("%#v: %q, want %q", c.setting, got, c.name)
		}
		for _, text := range []string{c.text, c.key} {
			if got, err := ParseSetting(text); err != nil || got != c.setting {
				t.Errorf("ParseSetting(%q) = %#v, %v", text, got, err)
			}
		}
	}
}

// A mean over all that was measured is what a bare name asks for.
func TestBriefMetricLeavesMeansOut(t *testing.T) {
	for _, c := range settings {
		m := Metric{Name: "m", Setting: c.setting}
		want := m.Key()
		if c.setting.MeanOf > 0 {
			want = "m"
		}
		if got := m.Brief(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestParseMetric(t *testing.T) {
	l2 := Setting{Norm: robustness.L2, Eps: .5}
	for text, want := range map[string]Metric{
		"clean_acc":              {Name: "clean_acc"},
		"params":                 {Name: "params", Goal: Minimize},
		"params:max":             {Name: "params"},
		"clean_loss":             {Name: "clean_loss", Goal: Minimize},
		"latency:min":            {Name: "latency", Goal: Minimize},
		"pgd_acc@8/255":          {Name: "pgd_acc", Setting: At(8)},
		"pgd_acc@0.0314":         {Name: "pgd_acc", Setting: At(8)},
		"pgd_acc@0.03":           {Name: "pgd_acc", Setting: At(7.65)},
		"pgd_acc@linf:8/255":     {Name: "pgd_acc", Setting: At(8)},
		"pgd_acc@8/255:min":      {Name: "pgd_acc", Goal: Minimize, Setting: At(8)},
		"pgd_acc@8.00123456/255": {Name: "pgd_acc", Setting: At(8.00123456)},
		"pgd_acc@l2:0.5":         {Name: "pgd_acc", Setting: l2},
		"pgd_acc@L2:0.5:max":     {Name: "pgd_acc", Setting: l2},
		"pgd_acc@l2:127.5/255":   {Name: "pgd_acc", Setting: l2},
		"pgd_acc@l2:0.5:min":     {Name: "pgd_acc", Goal: Minimize, Setting: l2},
		"fog_acc@severity3":      {Name: "fog_acc", Setting: AtSeverity(3)},
		"grad_norm@trained":      {Name: "grad_norm", Setting: InState(Trained)},
		"grad_norm@Initial:min":  {Name: "grad_norm", Goal: Minimize, Setting: InState(Initial)},
		"jacobian_fro@initial":   {Name: "jacobian_fro", Goal: Minimize, Setting: InState(Initial)},
	} {
		if got, err := ParseMetric(text); err != nil || got != want {
			t.Errorf("ParseMetric(%q) = %#v, %v, want %#v", text, got, err, want)
		}
	}
	for _, text := range []string{
		"", "@8/255", "a b", "a@", "a@8", "a@0/255", "a@-1/255", "a@NaN/255", "a@Inf/255", "a@severity", "a@severity0", "a@severity-1x",
		"a@severity-1", "a@severity+3", "a@severity--3", "a@severity 3 ", "a@severity99999999999", "a@mean-of-+5-severities",
		"a@l2:", "a@l2:0", "a@l2:x", "a@l2:Inf", "a@mean-of-0-values", "a@mean-of-5-things", "a:up", "a@8/255:up", "a@8/255@8/255",
		"a@trained@8/255", "a@8/255@trained", "a@train", "a@trainedweights", "a@trained:up",
	} {
		got, err := ParseMetric(text)
		var syntax *MetricSyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("ParseMetric(%q) = %#v, %v, want a *MetricSyntaxError", text, got, err)
		}
	}
}

// drawMetric draws any metric that can be.
func drawMetric(t *rapid.T) Metric {
	size := Eps(rapid.Float64Range(math.SmallestNonzeroFloat64, math.MaxFloat64).Draw(t, "eps"))
	m := Metric{
		Name: rapid.StringMatching(`[a-zA-Z_<>0-9]{1,12}(_acc|_loss)?`).Draw(t, "name"),
		Goal: rapid.SampledFrom([]Direction{Maximize, Minimize}).Draw(t, "goal"),
	}
	m.Setting = rapid.SampledFrom([]Setting{
		{}, At(size), {Norm: robustness.L2, Eps: size}, AtSeverity(rapid.IntRange(1, 99).Draw(t, "severity")),
		MeanOverSeverities(rapid.IntRange(1, 99).Draw(t, "severities")), {MeanOf: rapid.IntRange(1, 99).Draw(t, "values")},
		InState(Initial), InState(Trained),
	}).Draw(t, "setting")
	return m
}

// Whatever metric there is, its text is read as the same metric, to the last digit, and so is its JSON.
func TestMetricsSurviveTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawMetric(t)
		if got, err := ParseMetric(m.String()); err != nil || got != m {
			t.Fatalf("%q is read as %#v, not %#v: %v", m, got, m, err)
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		var got Metric
		if err := json.Unmarshal(b, &got); err != nil || got != m {
			t.Fatalf("%s is read as %#v, not %#v: %v", b, got, m, err)
		}
	})
}

// Different metrics have different texts.
func TestTextsTellMetricsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if a, b := drawMetric(t), drawMetric(t); a != b && a.String() == b.String() {
			t.Fatalf("%#v and %#v are both %q", a, b, a)
		}
	})
}

func TestNamesTellMetricsOfOneNameApart(t *testing.T) {
	got := Names([]Metric{{Name: "pgd_acc", Setting: At(8)}, {Name: "params"}, {Name: "pgd_acc", Setting: At(4)}})
	for i, want := range []string{"pgd_acc@8/255", "params", "pgd_acc@4/255"} {
		if got[i] != want {
			t.Errorf("%q, want %q", got[i], want)
		}
	}
}

func TestThreatOfASetting(t *testing.T) {
	for _, c := range []struct {
		setting Setting
		want    robustness.Threat
	}{
		{At(8), robustness.Threat{Norm: robustness.Linf, Eps: 8. / 255}},
		{Setting{Norm: robustness.L2, Eps: .5}, robustness.Threat{Norm: robustness.L2, Eps: .5}},
	} {
		if got := c.setting.Threat(); got != c.want {
			t.Errorf("%v: %v, want %v", c.setting, got, c.want)
		}
	}
}

func TestGoalThatIsSaidMustBeTheMetrics(t *testing.T) {
	for text, has := range map[string]Direction{
		"pgd_acc": Maximize, "latency": Minimize, "pgd_acc@l2:0.5": Minimize, "pgd_acc@8/255:max": Maximize, "latency:min": Minimize,
	} {
		if err := CheckGoal(text, "table t", has); err != nil {
			t.Errorf("%s, %v: %v", text, has, err)
		}
	}
	for text, has := range map[string]Direction{"pgd_acc:min": Maximize, "pgd_acc@l2:0.5:max": Minimize, "latency:max": Minimize} {
		err := CheckGoal(text, "table t", has)
		var goal *GoalError
		if !errors.As(err, &goal) || goal.Has != has || goal.Metric != text {
			t.Errorf("%s, %v: %v", text, has, err)
		}
	}
}

func FuzzParseMetric(f *testing.F) {
	for _, seed := range []string{"pgd_acc@8/255:min", "pgd_acc@l2:0.5", "fog_acc@severity3", "a@mean-of-5-severities", "a@0.0314", "a@trained", "a@initial:min", "a\xe9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMetric(text)
		if err != nil {
			return
		}
		if got, err := ParseMetric(m.String()); err != nil || got != m {
			t.Fatalf("%q is read as %#v, and its text %q as %#v: %v", text, m, m, got, err)
		}
	})
}
