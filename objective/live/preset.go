package live

import (
	"maps"
	"slices"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Presets returns the names of the protocols that [Preset] knows, the quickest first.
func Presets() []string {
	epochs := func(name string) int { return presets[name].Training.Epochs }
	return slices.SortedFunc(maps.Keys(presets), func(a, b string) int { return epochs(a) - epochs(b) })
}

// Preset returns a protocol by name:
//
//	micro          the embedded Fashion-MNIST at 8x8 pixels, C=4, N=1, 24 epochs: a second a network
//	cifar10-small  C=16, N=1, 30 epochs, on images that the caller names
//	nasbench201    the benchmark's own network and training: C=16, N=5, 200 epochs
func Preset(name string) (Protocol, error) {
	p, ok := presets[name]
	if !ok {
		return Protocol{}, &ProtocolError{"preset", name, "one of " + list(Presets()) + nearest.Hint(name, Presets())}
	}
	return p.clone(), nil
}

// clone shares nothing that can be changed.
func (p Protocol) clone() Protocol {
	p.Attacks, p.Corruptions = slices.Clone(p.Attacks), slices.Clone(p.Corruptions)
	p.Measures, p.Fidelities = slices.Clone(p.Measures), slices.Clone(p.Fidelities)
	for i, a := range p.Attacks {
		p.Attacks[i].Eps = slices.Clone(a.Eps)
		if a.PGD != nil {
			settings := *a.PGD
			p.Attacks[i].PGD = &settings
		}
		if a.Square != nil {
			settings := *a.Square
			p.Attacks[i].Square = &settings
		}
	}
	return p
}

// The robustness dataset's attacks (Jung et al., ICLR 2023), on fewer images.
var datasetAttacks = []Attack{
	{Name: "fgsm", Eps: []objective.Eps{.5, 1, 2, 3, 4, 8}, Images: 1000},
	{
		Name: "pgd", Eps: []objective.Eps{.5, 1, 2, 3, 4, 8}, Images: 1000,
		PGD: &robustness.PGD{Steps: 40, StepSize: 1. / 30, RandomStart: true, LastPoint: true},
	},
}

var presets = map[string]Protocol{
	"micro": {
		Dataset: dataset.Embedded, Channels: 4, Cells: 1, Val: "test:0.5",
		Training: trainer.Config{Epochs: 24, Batch: 32, LearningRate: .1, Momentum: .9, Nesterov: true, WeightDecay: 5e-4},
		Eps:      6, Sample: 1024,
		Attacks: []Attack{
			{Name: "fgsm", Eps: []objective.Eps{2, 4, 6, 8, 12, 16, 24, 32}},
			{
				Name: "pgd", Eps: []objective.Eps{4, 6, 8, 12, 16}, Images: 1024,
				PGD: &robustness.PGD{Steps: 7, StepSize: 2.5 / 7, LastPoint: true},
			},
		},
	},
	"cifar10-small": {
		Channels: 16, Cells: 1, Val: "train:0.1",
		Training: trainer.Config{
			Epochs: 30, Batch: 64, LearningRate: .1, Warmup: .1, Momentum: .9, Nesterov: true, WeightDecay: 5e-4,
			Augmentation: dataset.Augmentation{Crop: 4, Flip: true},
		},
		Eps: 1, Sample: 1000, Attacks: datasetAttacks,
	},
	"nasbench201": {
		Channels: 16, Cells: 5, Val: "train:0.1", Training: trainer.DefaultConfig(),
		Eps: 1, Sample: 1000, Attacks: datasetAttacks,
	},
}
