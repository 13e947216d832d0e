package objective

import (
	"testing"
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
