package label_test

import (
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/label"
)

func TestAxisSaysWhatWasDoneAndMeasured(t *testing.T) {
	for text, want := range map[string]string{
		"clean_acc":          "clean accuracy",
		"pgd_acc@8/255":      "PGD accuracy, ε = 8/255",
		"aa_conf@1/255":      "AutoAttack confidence, ε = 1/255",
		"mean_adv_acc":       "mean adversarial accuracy",
		"fog_acc@severity3":  "fog accuracy, severity 3",
		"gaussian_noise_acc": "gaussian noise accuracy",
		"params":             "parameters",
		"flops":              "FLOPs",
		"latency:min":        "latency",
	} {
		m, err := objective.ParseMetric(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := label.Axis(m); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}
