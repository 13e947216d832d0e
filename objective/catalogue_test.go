package objective

import (
	"testing"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/measure"
)

var catalogue = Catalogue{
	Attacks: append(Usual().Attacks, robustness.Method{
		Name: "noise", Metric: "noise", Words: "Noise", Meaning: "accuracy under noise",
	}),
	Measures: append(Usual().Measures, measure.Measure{
		Name: "bend", Words: "curvature", Meaning: "how much the loss bends", Minimize: true,
	}, measure.Measure{Name: "wordless_score"}),
}

func TestLabelSaysWhatWasDoneAndMeasured(t *testing.T) {
	for text, want := range map[string]string{
		"clean_acc":               "clean accuracy",
		"pgd_acc@8/255":           "PGD accuracy, ε = 8/255",
		"pgd_acc@l2:0.5":          "PGD accuracy, ε = L2 0.5",
		"aa_conf@1/255":           "AutoAttack confidence, ε = 1/255",
		"mean_adv_acc":            "mean adversarial accuracy",
		"fog_acc@severity3":       "fog accuracy, severity 3",
		"gaussian_noise_acc":      "gaussian noise accuracy",
		"fgsm_worst_class_acc":    "FGSM worst class accuracy",
		"square_class3_acc@1/255": "Square class 3 accuracy, ε = 1/255",
		"noise_loss":              "Noise loss",
		"params":                  "parameters",
		"flops":                   "FLOPs",
		"latency:min":             "latency",
		"own_score":               "own score",
		"bend":                    "curvature",
		"wordless_score":          "wordless score",
		"bend@trained":            "curvature, trained weights",
	} {
		m, err := ParseMetric(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := catalogue.Label(m); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// The usual state of a measure's weights is the same metric as none, the other is not; what nobody knows stays as it is.
func TestUsualStateOfWeightsIsNoSetting(t *testing.T) {
	for text, want := range map[string]string{
		"grad_norm@initial": "grad_norm", "grad_norm@trained": "grad_norm@trained", "grad_norm": "grad_norm",
		"jacobian_fro@trained": "jacobian_fro", "jacobian_fro@initial": "jacobian_fro@initial",
		"bend@initial": "bend", "latency@initial": "latency@initial", "pgd_acc@8/255": "pgd_acc@8/255",
	} {
		m, err := ParseMetric(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := catalogue.Own(m).Key(); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestMeaningIsThatOfTheMetricOrItsKind(t *testing.T) {
	for name, want := range map[string]string{
		"clean_acc":            "accuracy on images as they are",
		"pgd_acc":              "accuracy under PGD, projected gradient steps within eps",
		"noise_acc":            "accuracy under noise",
		"pgd_conf":             "mean confidence in the prediction (clean_conf, pgd_conf ...)",
		"clean_loss":           "mean cross-entropy",
		"fgsm_worst_class_acc": "accuracy on the class with the lowest",
		"fgsm_class<k>_acc":    "accuracy on the images of class k (clean_class3_acc ...)",
		"zoom_blur_acc":        "accuracy on images with zoom blur",
		"params":               "trainable parameters",
		"bend":                 "how much the loss bends",
		"latency":              "",
	} {
		if got := catalogue.Meaning(name); got != want {
			t.Errorf("%s means %q, want %q", name, got, want)
		}
	}
}

func TestAccuraciesUnderAttacksAreAttacks(t *testing.T) {
	for name, want := range map[string]bool{
		"pgd_acc": true, "aa_acc": true, "noise_acc": true, "pgd_conf": false, "clean_acc": false, "fog_acc": false, "_acc": false,
	} {
		if got := catalogue.IsAttack(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Names of measures that say how steep a network is are minimised, in tables too; accuracies are not, whatever the
// attack is called.
func TestUsualGoalIsThatOfTheField(t *testing.T) {
	for name, want := range map[string]Direction{
		"params": Minimize, "flops": Minimize, "clean_loss": Minimize, "pgd_loss": Minimize,
		"jacobian_fro": Minimize, "jacobian_fro_train": Minimize, "jacobian": Minimize, "hessian_eig": Minimize,
		"hessian_eig_train_batch": Minimize, "ntk_cond": Minimize,
		"clean_acc": Maximize, "jacobian_acc": Maximize, "jacobian_saliency_conf": Maximize, "jacobian_loss": Minimize,
		"synflow": Maximize, "grasp": Maximize, "linear_regions": Maximize, "latency": Maximize, "my_jacobian": Maximize,
	} {
		if got := UsualGoal(name); got != want {
			t.Errorf("%s is %simized, want %simized", name, got, want)
		}
		if m := (Metric{Name: name, Goal: want}); m.String() != name {
			t.Errorf("%s is written %s", name, m)
		}
	}
}

// What measures say of themselves is what a column of their name means in a table.
func TestMeasuresHaveTheirUsualGoal(t *testing.T) {
	for _, m := range Usual().Measures {
		if got := UsualGoal(m.Name) == Minimize; got != m.Minimize {
			t.Errorf("%s: minimised %v, in tables %v", m.Name, m.Minimize, got)
		}
		if label := Usual().Label(Metric{Name: m.Name}); label != m.Words {
			t.Errorf("%s is %q in figures", m.Name, label)
		}
		if u := (Metric{Name: m.Name}).Unit(); u != Plain && m.Name != "params" && m.Name != "flops" {
			t.Errorf("%s has unit %v", m.Name, u)
		}
	}
}
