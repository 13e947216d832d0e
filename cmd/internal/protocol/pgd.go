package protocol

import (
	"fmt"
	"math"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/robustness"
)

// declarePGD declares the flags of PGD, which set its fields, but for the step's, a text that [PGD] reads.
func declarePGD(f *pflag.FlagSet, prefix string, a *robustness.PGD, note string) {
	f.IntVar(&a.Steps, prefix+"steps", a.Steps, "steps of pgd"+note)
	f.String(prefix+"step-size", quotient(a.StepSize), "step of pgd, as a share of eps such as 1/30"+note)
	f.BoolVar(&a.RandomStart, prefix+"random-start", a.RandomStart, "let pgd begin at a random point within eps"+note)
	f.BoolVar(&a.LastPoint, prefix+"last-point", a.LastPoint,
		"let pgd take all steps and judge the last point only, as the robustness dataset does"+note)
	if prefix != "" { // otherwise they are of every attack
		f.IntVar(&a.Restarts, prefix+"restarts", a.Restarts, "runs of pgd on an image that withstands it"+note)
	}
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

// RegisterPGD adds the flags of PGD to a command without a preset, with their defaults. Their names without pgd-, which
// they had earlier, still work.
func RegisterPGD(f *pflag.FlagSet, defaults robustness.PGD) {
	earlier := pflag.NewFlagSet("", pflag.ContinueOnError)
	declarePGD(earlier, "", &defaults, "")
	earlier.VisitAll(func(v *pflag.Flag) { v.Hidden = true })
	f.AddFlagSet(earlier)
	declarePGD(f, "pgd-", &defaults, "")
}

// PGD changes settings by the flags that were given, by their names of today first.
func PGD(given *pflag.FlagSet, a robustness.PGD) (_ robustness.PGD, err error) {
	for _, prefix := range []string{"", "pgd-"} {
		override(given, func(f *pflag.FlagSet) { declarePGD(f, prefix, &a, "") })
		if name := prefix + "step-size"; given.Changed(name) {
			text := must(given.GetString(name))
			if a.StepSize, err = usage.Number(text); err != nil {
				return a, fmt.Errorf(`--%s %q: want a share of eps such as "1/30" or "0.1"`, name, text)
			}
		}
	}
	return a, nil
}
