package table

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
)

// robBenchAttack matches val_fgsm_3.0_acc and val_aa_8.0.
var robBenchAttack = regexp.MustCompile(`^val_([a-z]+)_([0-9.][0-9.eE+/%-]*)(?:_acc)?$`)

// robBenchMetric translates the file's name of a metric. Names that it does not know stay as they are. Its error is
// a name that says an eps, but not in which unit.
func robBenchMetric(name string) (objective.Metric, error) {
	usual := func(name string) objective.Metric {
		return objective.Metric{Name: name, Goal: objective.UsualGoal(name)}
	}
	if strings.ContainsRune(name, '@') {
		return robBenchSetting(name)
	}
	if name == "val_acc" {
		return usual("clean_acc"), nil
	}
	m := robBenchAttack.FindStringSubmatch(name)
	if m == nil {
		return usual(name), nil
	}
	eps, err := robBenchEps(m[2])
	if err != nil {
		return objective.Metric{}, err
	}
	metric := usual(m[1] + "_acc")
	metric.Setting = objective.At(eps)
	return metric, nil
}

// robBenchSetting reads pgd_acc@8/255, and val_pgd@8/255_acc for the same.
func robBenchSetting(name string) (objective.Metric, error) {
	text, accuracy := strings.CutSuffix(strings.TrimPrefix(name, "val_"), "_acc")
	attack, setting, _ := strings.Cut(text, "@")
	if accuracy || objective.Usual().IsAttack(attack+"_acc") {
		attack += "_acc"
	}
	return objective.ParseMetric(attack + "@" + setting)
}

// robBenchEps reads the number of val_pgd_8.0_acc, which is in 1/255, or of val_pgd_0.0314_acc, a share of the range.
func robBenchEps(number string) (objective.Eps, error) {
	v, err := strconv.ParseFloat(strings.TrimSuffix(number, "/255"), 64)
	switch {
	case strings.HasSuffix(number, "/255"), err == nil && v > 0 && v < shares:
		return objective.ParseEps(number)
	case err != nil || v < 1 || v > 255:
		return 0, fmt.Errorf("eps %s: want 1 to 255, in 1/255, or a share of the pixel range below %v", number, shares)
	}
	return objective.ParseEps(number + "/255")
}

// shares of the pixel range end here: 0.5 may be half of the range, or half of 1/255.
const shares = .1
