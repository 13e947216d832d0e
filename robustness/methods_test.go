package robustness_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/robustness"
)

func TestMethodsHaveTheOriginalsSettings(t *testing.T) {
	all := robustness.Methods()
	for _, m := range all {
		got, err := all.Named(m.Name)
		if err != nil || got.Name != m.Name {
			t.Errorf("%s: found %q, %v", m.Name, got.Name, err)
		}
		for _, a := range m.Attacks {
			if err := a.Validate(); err != nil {
				t.Errorf("%s: %v", a.Name(), err)
			}
		}
	}
	if _, err := all.Named("deepfool"); err == nil || !strings.Contains(err.Error(), "aa") {
		t.Errorf("error %v, want one that lists the names", err)
	}
}

func TestMethodsDescribeThemselves(t *testing.T) {
	for _, c := range []struct{ name, text, how, key, title string }{
		{"fgsm", "one step of eps", "", "fgsm@Linf", "FGSM"},
		{"pgd", "40 steps of 0.03333 eps from a random start", "40 steps of 0.0333 eps from a random point, until it succeeds", "pgd@Linf", "PGD"},
		{"apgd-ce", "100 steps", "its authors' settings", "aa_apgd-ce@Linf", "APGD"},
		{"square", "5000 queries", "its authors' settings", "aa_square@Linf", "Square"},
		{"aa", "apgd-ce 100 steps, apgd-t 100 steps to each of 9 classes, fab-t 100 steps to each of 9 classes, square 5000 queries", "its authors' settings", "aa@Linf", "AutoAttack"},
	} {
		m, err := robustness.Methods().Named(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if m.String() != c.text || m.How != c.how || m.Released(robustness.Linf) != c.key || m.Title() != c.title {
			t.Errorf("%s: %q, %q, %s, %s", c.name, m, m.How, m.Released(robustness.Linf), m.Title())
		}
	}
	last := robustness.PGD{Steps: 7, StepSize: 2.5 / 7, LastPoint: true, Restarts: 2}.Method()
	if want := "7 steps of 0.357 eps from the image, judged at the last point, 2 restarts"; last.How != want {
		t.Errorf("%q, want %q", last.How, want)
	}
	one := robustness.PGD{Steps: 1, StepSize: .5, LastPoint: true}
	if want := "one step of 0.5 eps, last point"; one.String() != want {
		t.Errorf("%q, want %q", one, want)
	}
}

// A method of one's own has a name, a metric and attacks: the rest follows.
func TestMethodOfOnesOwnNeedsNoMoreThanItsName(t *testing.T) {
	own := robustness.Method{Name: "noise", Metric: "noise", Attacks: []robustness.Attack{noise{20}}}
	if own.String() != "20 random points" || own.Title() != "noise" || own.Released(robustness.L2) != "noise@L2" {
		t.Errorf("%q, %s, %s", own, own.Title(), own.Released(robustness.L2))
	}
	all := append(robustness.Methods(), own)
	if err := all.Validate(); err != nil {
		t.Error(err)
	}
	if want := []string{"fgsm", "pgd", "apgd", "square", "aa", "noise"}; !slices.Equal(all.Metrics(), want) {
		t.Errorf("metrics are named after %v, want %v", all.Metrics(), want)
	}
	var bad *robustness.ConfigError
	if err := append(all, own).Validate(); !errors.As(err, &bad) {
		t.Errorf("twice the same name: error %v", err)
	}
	if err := (robustness.Catalogue{{Attacks: own.Attacks}}).Validate(); !errors.As(err, &bad) {
		t.Errorf("no name: error %v", err)
	}
}

// The clock of a live search follows from these numbers.
func TestPassesAreWhatHistoriesWereMadeWith(t *testing.T) {
	want := map[string]int{"fgsm": 3, "pgd": 80}
	for _, m := range robustness.Methods() {
		if m.Passes != want[m.Name] {
			t.Errorf("%s: %d passes, want %d", m.Name, m.Passes, want[m.Name])
		}
	}
	for _, c := range []struct {
		pgd  robustness.PGD
		want int
	}{{robustness.PGD{Steps: 7}, 14}, {robustness.PGD{Steps: 7, Restarts: 3}, 42}, {robustness.PGD{Steps: 1}, 2}} {
		if got := c.pgd.Method().Passes; got != c.want {
			t.Errorf("%+v: %d passes, want %d", c.pgd, got, c.want)
		}
	}
}

// Fingerprints of protocols and the logs of censuses hold it.
func TestPGDIsWrittenAsLogsHaveIt(t *testing.T) {
	for _, c := range []struct {
		pgd  robustness.PGD
		want string
	}{
		{robustness.PGD{Steps: 7, StepSize: .25, LastPoint: true}, `{"steps":7,"step_size":0.25,"random_start":false,"last_point":true}`},
		{robustness.PGD{Steps: 7, StepSize: .25, RandomStart: true, Restarts: 3}, `{"steps":7,"step_size":0.25,"random_start":true,"restarts":3,"last_point":false}`},
	} {
		if got, err := json.Marshal(c.pgd); err != nil || string(got) != c.want {
			t.Errorf("%s, %v; want %s", got, err, c.want)
		}
	}
}

// PGD's restarts are as good as the method's, and go before them.
func TestRestartsOfTheAttackGoBeforeTheMethods(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	s := scene{model: newLinear(r, robustness.Shape{Channels: 3, Height: 4, Width: 4}, 5)}
	s.x, s.y = s.model.sample(r, 40, 0, 1)
	run := func(own, methods int) robustness.Passes {
		m := method(robustness.PGD{Steps: 2, StepSize: .1, RandomStart: true, Restarts: own})
		m.Restarts = methods
		e := robustness.Evaluation{Methods: []robustness.Method{m}, Threats: []robustness.Threat{{Eps: .001}}, Seed: 1}
		report, err := e.Run(t.Context(), []robustness.Model{s.model}, s.x, s.y)
		if err != nil {
			t.Fatal(err)
		}
		return report.Results[0].Passes
	}
	if once, own, methods := run(0, 0), run(3, 0), run(0, 3); own != methods || own == once || run(3, 7) != own || run(0, 1) != once {
		t.Errorf("passes %+v without, %+v by the attack, %+v by the method", once, own, methods)
	}
}
