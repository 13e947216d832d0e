package live

import (
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// What tables of the micro preset hold beside what a search measures by it: images of further attacks and of
// corruptions, shares of the epochs.
const (
	microEps        = objective.Eps(6)
	microAPGD       = 512
	microSquare     = 512
	microCorruption = 512
)

// ForTable returns a preset's protocol with what a table of it holds beside what a search measures by it, which a
// search would measure on more images.
func (p Protocol) ForTable(preset string) Protocol {
	known := objective.Usual()
	p = p.clone()
	if preset != "micro" {
		return p
	}
	p.Eps = microEps
	at := []objective.Eps{microEps}
	square := robustness.DefaultSquare()
	square.Queries, square.Rescale = 500, true
	p.Attacks = append(p.Attacks, Attack{Name: "apgd", Eps: at, Images: microAPGD},
		Attack{Name: "square", Eps: at, Images: microSquare, Square: &square})
	for _, c := range known.Corruptions {
		p.Corruptions = append(p.Corruptions, Corruption{Name: c.Name(), Images: microCorruption})
	}
	for _, h := range HeldMeasures(known.Measures) {
		p.Measures = append(p.Measures, h.Metric.Key())
	}
	for _, s := range []Share{{1, 8}, {1, 3}} {
		p.Fidelities = append(p.Fidelities, Fidelity{s, []string{"fgsm@6/255", "pgd@6/255"}})
	}
	return p
}
