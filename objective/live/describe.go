package live

import (
	"cmp"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/trainer/dataset"
)

// How says what the attack does: "7 steps of 0.357 eps from the image, judged at the last point".
func (a Attack) How() string {
	m, _ := a.method() // which the lab has checked
	return cmp.Or(m.How, m.String())
}

// AttackOf returns the attack that a metric is measured under, with its settings. It is false for a metric without one.
func (p Protocol) AttackOf(metric string) (Attack, bool) {
	q, ok := known(metric)
	if !ok || q.attack == "" {
		return Attack{}, false
	}
	return p.attack(q.attack), true
}

// Needs returns the attacks that the metrics need, with the eps that they ask for, and how many images of a set each is
// run on.
func (e *Evaluator) Needs(set *dataset.Set) []Attack {
	var all []Attack
	for _, a := range e.attacks {
		a.Images = a.count(set)
		all = append(all, a)
	}
	return all
}

// Title names the images: "Fashion-MNIST 8x8", "cifar10 32x32".
func (d *Images) Title() string { return Title(d.Name, d.Train.Side) }

// Title names the images of a data set, as dataset.Open calls it, at a side.
func Title(name string, side int) string {
	kind := ShortName(name)
	if kind == dataset.Embedded {
		kind = "Fashion-MNIST"
	}
	return fmt.Sprintf("%s %dx%d", kind, side, side)
}

// ShortName is "cifar10" for "cifar10:FILE", and the folder's name for "folder:DIR" and "idx:DIR".
func ShortName(name string) string {
	kind, where, _ := strings.Cut(name, ":")
	switch kind {
	case "":
		return dataset.Embedded
	case "idx", "folder":
		return filepath.Base(where)
	}
	return kind
}
