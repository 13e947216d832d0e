package corruption

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/stat"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/robustness"
)

// Catalogue lists corruptions, each name but once. It is a value: whoever adds one passes a longer catalogue.
type Catalogue []Corruption

// Corruptions returns the 15 of CIFAR-10-C, in the order of their names.
func Corruptions() Catalogue {
	return Catalogue{
		Brightness{},
		Contrast{},
		DefocusBlur{},
		ElasticTransform{},
		Fog{},
		Frost{},
		GaussianNoise{},
		GlassBlur{},
		ImpulseNoise{},
		JPEGCompression{},
		MotionBlur{},
		Pixelate{},
		ShotNoise{},
		Snow{},
		ZoomBlur{},
	}
}

// Names lists the corruptions as metrics name them.
func (c Catalogue) Names() []string {
	names := make([]string, len(c))
	for i, one := range c {
		names[i] = one.Name()
	}
	return names
}

// Mean is corruption_acc, the mean over the corruptions of CIFAR-10-C and all severities, given the accuracies by
// severity of corruptions by name; false if not all are there.
func Mean(spectra map[string][]float64) (acc float64, ok bool) {
	var all []float64
	for _, name := range Corruptions().Names() {
		if len(spectra[name]) != Severities {
			return 0, false
		}
		all = append(all, spectra[name]...)
	}
	return stat.Mean(all, nil), true
}

// Named returns a corruption by name. Its error is a [*robustness.ConfigError].
func (c Catalogue) Named(name string) (Corruption, error) {
	for _, one := range c {
		if one.Name() == name {
			return one, nil
		}
	}
	want := "one of " + strings.Join(c.Names(), " ") + nearest.Hint(name, c.Names())
	return nil, &robustness.ConfigError{Setting: "corruption", Value: fmt.Sprintf("%q", name), Want: want}
}
