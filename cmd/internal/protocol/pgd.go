package protocol

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/robustness"
)

// pgd overrides the settings of PGD.
func pgd() []override[robustness.PGD] {
	return []override[robustness.PGD]{
		whole("pgd-steps", "steps of pgd", func(a *robustness.PGD) *int { return &a.Steps }),
		{"pgd-step-size", "step of pgd, as a share of eps such as 1/30", declareStep, readStep},
		truth("pgd-random-start", "let pgd begin at a random point within eps",
			func(a *robustness.PGD) *bool { return &a.RandomStart }),
		whole("pgd-restarts", "runs of pgd on an image that withstands it",
			func(a *robustness.PGD) *int { return &a.Restarts }),
		truth("pgd-last-point", "let pgd take all steps and judge the last point only, as the robustness dataset does",
			func(a *robustness.PGD) *bool { return &a.LastPoint }),
	}
}

func declareStep(f *pflag.FlagSet, name, usage string, of *robustness.PGD) {
	f.String(name, quotient(of.StepSize), usage)
}

func readStep(to *robustness.PGD, f *pflag.FlagSet, name string) (err error) {
	text := must(f.GetString(name))
	if to.StepSize, err = usage.Number(text); err != nil {
		return fmt.Errorf(`%q: want a share of eps such as "1/30" or "0.1"`, text)
	}
	return nil
}

// quotient writes a share as people do, "1/30"; 0 is left out.
func quotient(share float64) string {
	switch n := math.Round(1 / share); {
	case share == 0:
		return ""
	case 1/n == share:
		return fmt.Sprintf("1/%g", n)
	}
	return strconv.FormatFloat(share, 'g', -1, 64)
}

// earlier are the names that flags of PGD had in the command attack. They still work.
func earlier() []override[robustness.PGD] {
	all := pgd()
	for i := range all {
		all[i].name = strings.TrimPrefix(all[i].name, "pgd-")
	}
	return slices.DeleteFunc(all, func(v override[robustness.PGD]) bool { return v.name == "restarts" }) // of every attack
}

// RegisterPGD adds the flags of PGD to a command without a preset, with their defaults.
func RegisterPGD(f *pflag.FlagSet, defaults robustness.PGD) {
	registerAll(f, pgd(), defaults, "")
	registerAll(f, earlier(), defaults, "")
	for _, v := range earlier() {
		f.Lookup(v.name).Hidden = true
	}
}

// PGD changes the defaults by the flags that [RegisterPGD] adds.
func PGD(f *pflag.FlagSet, defaults robustness.PGD) (robustness.PGD, error) {
	err := cmp.Or(applyAll(f, earlier(), &defaults), applyAll(f, pgd(), &defaults))
	return defaults, err
}
