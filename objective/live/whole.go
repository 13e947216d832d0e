package live

import (
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// wholeImages are the images of further attacks and of corruptions in tables of the micro preset.
const wholeImages = 512

// ForTable returns a preset's protocol with what a table of it holds beside what a search measures by it, which a
// search would measure on more images.
func (p Protocol) ForTable(preset string) Protocol {
	known := objective.Usual()
	p = p.clone()
	if preset != "micro" {
		return p
	}
	at := []objective.Eps{p.Eps}
	square := robustness.DefaultSquare()
	square.Queries, square.Rescale = 500, true
	p.Attacks = append(p.Attacks, Attack{Name: "apgd", Eps: at, Images: wholeImages},
		Attack{Name: "square", Eps: at, Images: wholeImages, Square: &square})
	for _, c := range known.Corruptions {
		p.Corruptions = append(p.Corruptions, Corruption{Name: c.Name(), Images: wholeImages})
	}
	for _, h := range HeldMeasures(known.Measures) {
		p.Measures = append(p.Measures, h.Metric.Key())
	}
	for _, s := range []Share{{1, 8}, {1, 3}} {
		p.Fidelities = append(p.Fidelities, Fidelity{s, []string{"fgsm@" + p.Eps.String(), "pgd@" + p.Eps.String()}})
	}
	return p
}
