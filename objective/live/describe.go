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
