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

var images = flag.Int("images", 12, "attack up to so many images of the costly fixtures; 0, for all, takes minutes")

// limited returns how many of n images the costly tests attack.
func limited(n int) int {
	if *images == 0 {
		return n
	}
	return min(n, *images)
}

// strongFile is what the authors' code of AutoAttack found.
type strongFile struct {
	Clean string `json:"clean_correct"`
	Runs  []strongRun
}

type strongRun struct {
	Eps255  float64
	Seed    int
	Attacks map[string]stepCase
	Worst   []struct {
		stepCase
		Of []string
	} `json:"worst_case"`
}

// strongMethods are the attacks with the fixtures' options.
func strongMethods() []robustness.Method {
	return []robustness.Method{
		method(robustness.DefaultAPGD(robustness.CE)), method(robustness.DefaultAPGD(robustness.Targeted)),
		method(robustness.DefaultFAB()), method(robustness.Square{Queries: 1000, Share: .8}),
	}
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
	models := v.models(t, 1) // two would share out the few images, and compute batches that are mostly empty
	byEps := map[float64][]strongRun{}
	for _, r := range f.Runs {
		byEps[r.Eps255] = append(byEps[r.Eps255], r)
	}
	for eps, runs := range byEps {
		t.Run(fmt.Sprintf("%v", eps), func(t *testing.T) {
			masks := v.attackStrongly(t, models, runs)
			for _, r := range runs {
				for name, c := range r.Attacks {
					compareStrong(t, fmt.Sprintf("seed %d, %s", r.Seed, name), masks[name], c.Correct, name == "square")
				}
				for _, c := range r.Worst {
					worst := slices.Repeat([]bool{true}, c.N)
					for _, name := range c.Of {
						mask := masks[name]
						worst = worst[:min(len(worst), len(mask))]
						for i := range worst {
							worst[i] = worst[i] && mask[i]
						}
					}
					compareStrong(t, fmt.Sprintf("seed %d, worst of %v", r.Seed, c.Of), worst, c.Correct, false)
				}
			}
		})
	}
}

// attackStrongly returns which images withstand each attack of some runs at one eps.
func (v *victim) attackStrongly(t *testing.T, models []robustness.Model, runs []strongRun) map[string][]bool {
	bySize := map[int][]robustness.Method{}
	for _, m := range strongMethods() {
		n := 0
		for _, r := range runs {
			n = max(n, limited(r.Attacks[m.Name].N))
		}
		bySize[n] = append(bySize[n], m)
	}
	delete(bySize, 0)
	masks := map[string][]bool{}
	for n, methods := range bySize {
		x, y := v.first(n)
		e := robustness.Evaluation{Methods: methods, Threats: []robustness.Threat{stepCase{Eps255: runs[0].Eps255}.threat()}, Batch: lanes}
		report, err := e.Run(t.Context(), models, x, y)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range report.Results {
			masks[r.Method.Name] = r.Robust
			t.Logf("%s: %d images, passes %+v, %.1f s", r.Method.Name, n, r.Passes, r.Seconds)
		}
	}
	return masks
}

// compareStrong compares a mask with the start of the wanted one.
func compareStrong(t *testing.T, name string, got []bool, want string, random bool) {
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
	t.Logf("%s: %d of %d images differ, accuracy by %+.3f", name, differ, n, float64(balance)/float64(n))
	most, far := max(2, n/20), .03
	if random {
		most, far = n, .05
	}
	if off := math.Abs(float64(balance)); differ > most || off > max(1, far*float64(n)) {
		t.Errorf("%s: %d of %d images differ, accuracy by %+.3f", name, differ, n, float64(balance)/float64(n))
	}
}
