package live

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/trainer/dataset"
)

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

// Split names the part of the images that networks are compared by: "validation", "training", or nothing where they are
// compared without any.
func (e *Evaluator) Split() (part string) {
	for _, t := range e.tasks {
		s, _ := SetupOf(t.Quantity, e.Protocol)
		switch {
		case s.From == FromMeasured && t.Needs() >= NeedsImages:
			return "validation"
		case s.From == FromTraining:
			part = "training"
		}
	}
	return part
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
