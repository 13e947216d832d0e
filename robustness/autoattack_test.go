package robustness_test

import (
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
)

var full = flag.Bool("full", false, "attack as many images as the fixtures have, which takes minutes")

// strongFile is what the authors' code of AutoAttack found.
type strongFile struct {
	Clean string `json:"clean_correct"`
	Runs  []struct {
		Eps255  float64
		Seed    int
		Attacks map[string]stepCase
		Worst   []struct {
			stepCase
			Of []string
		} `json:"worst_case"`
	}
}

// strongAttacks are the attacks with the fixtures' options, and how many images are attacked unless all are.
var strongAttacks = []struct {
	robustness.Attack
	some int
}{
	{robustness.DefaultAPGD(robustness.CE), 60},
	{robustness.DefaultAPGD(robustness.Targeted), 20},
	{robustness.DefaultFAB(), 12},
	{robustness.Square{Queries: 1000, Share: .8}, 40},
}

// TestFixtureAutoAttack compares each attack, and the worst case of several, with the authors' code. APGD, FAB and the
// worst case agree on 95 % of the images (all but two of up to 40), and in accuracy within .03, or one image if that is
// more; Square, whose draws differ, in accuracy within .05, or one image.
func TestFixtureAutoAttack(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	v := loadVictim(t)
	f := new(strongFile)
	sharedtest.ReadJSON(t, sharedtest.Cases(t, "attacks", "autoattack.json")[0], f)
	models := v.models(t, 2, 64)
	masks := map[string][]bool{} // by eps and attack
	key := func(eps float64, attack string) string { return fmt.Sprint(eps, " ", attack) }
	for _, a := range strongAttacks {
		sizes := map[float64]int{}
		for _, r := range f.Runs {
			sizes[r.Eps255] = max(sizes[r.Eps255], r.Attacks[a.Name()].N)
		}
		for eps, n := range sizes {
			if !*full {
				n = min(n, a.some)
			}
			if n == 0 {
				continue
			}
			x, y := v.first(n)
			e := robustness.Evaluation{Methods: []robustness.Method{method(a)}, Threats: []robustness.Threat{stepCase{Eps255: eps}.threat()}, Batch: 64}
			report, err := e.Run(t.Context(), models, x, y)
			if err != nil {
				t.Fatal(err)
			}
			masks[key(eps, a.Name())] = report.Results[0].Robust
			t.Logf("%s at %v/255: %d images, passes %+v, %.1f s", a.Name(), eps, n, report.Results[0].Passes, report.Results[0].Seconds)
		}
	}
	for _, r := range f.Runs {
		for name, c := range r.Attacks {
			t.Run(fmt.Sprintf("%s/%v/seed=%d", name, r.Eps255, r.Seed), func(t *testing.T) {
				compareStrong(t, masks[key(r.Eps255, name)], c.Correct, name == "square")
			})
		}
		for _, c := range r.Worst {
			t.Run(fmt.Sprintf("%v/%v/seed=%d", c.Of, r.Eps255, r.Seed), func(t *testing.T) {
				worst := slices.Repeat([]bool{true}, c.N)
				for _, name := range c.Of {
					mask := masks[key(r.Eps255, name)]
					worst = worst[:min(len(worst), len(mask))]
					for i := range worst {
						worst[i] = worst[i] && mask[i]
					}
				}
				compareStrong(t, worst, c.Correct, false)
			})
		}
	}
}

// compareStrong compares a mask with the start of the wanted one.
func compareStrong(t *testing.T, got []bool, want string, random bool) {
	n := min(len(got), len(want))
	differ, balance := differences(got[:n], want), 0
	for i, ok := range got[:n] {
		if ok {
			balance++
		}
		if want[i] == '1' {
			balance--
		}
	}
	t.Logf("%d of %d images differ, accuracy by %+.3f", differ, n, float64(balance)/float64(n))
	most, far := max(2, n/20), .03
	if random {
		most, far = n, .05
	}
	if off := math.Abs(float64(balance)); differ > most || off > max(1, far*float64(n)) {
		t.Errorf("%d of %d images differ, accuracy by %+.3f", differ, n, float64(balance)/float64(n))
	}
}
