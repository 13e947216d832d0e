package objective

import (
	"testing"

	"pgregory.net/rapid"
)

func TestFidelitiesAreToldAsFractions(t *testing.T) {
	for f, want := range map[float64]string{
		1: "1", .5: "1/2", .125: "1/8", 1. / 3: "1/3", .3333333333: "1/3", 5. / 24: "5/24", 199. / 200: "199/200",
		.123456789012: "0.123456789012", 1e-12: "1e-12",
	} {
		if got := FidelityText(f); got != want {
			t.Errorf("%v is %q, want %q", f, got, want)
		}
	}
}

func TestFidelityErrorNamesWhatThereIs(t *testing.T) {
	for want, has := range map[string][]float64{
		"fidelity 1/4 cannot be asked of table t: want one of 1/8, 1/3, 1":                               {.125, 1. / 3, 1},
		"fidelity 1/4 cannot be asked of table t, which has this of fully trained networks only: want 1": {1},
	} {
		if got := (&FidelityError{"table t", .25, has}).Error(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Any fidelity is read from its text as the same one.
func TestFidelitiesSurviveTheirText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		below := rapid.IntRange(1, 1000).Draw(t, "below")
		f := rapid.OneOf(
			rapid.Float64Range(1e-9, 1), rapid.Just(float64(rapid.IntRange(1, below).Draw(t, "above"))/float64(below)),
		).Draw(t, "fidelity")
		if got, err := ParseFidelity(FidelityText(f)); err != nil || !SameFidelity(got, f) {
			t.Fatalf("%v is %q, which is read as %v, %v", f, FidelityText(f), got, err)
		}
	})
}

func TestWhatIsNoShareIsNoFidelity(t *testing.T) {
	for _, text := range []string{"", "0", "-1/8", "2", "9/8", "1/0", "x", "NaN", "1/8/2", "Inf"} {
		if f, err := ParseFidelity(text); err == nil {
			t.Errorf("%q is %v", text, f)
		}
	}
}
