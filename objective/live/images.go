package live

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/trainer/dataset"
)

// Images are the images of a protocol.
type Images struct {
	Name             string
	Train, Val, Test *dataset.Set // Val and Test may be nil
	Doubts           []string     // of the data set: what may be meant otherwise
}

// Part returns a part by its name, "train", "val" or "test"; nil if it is not there or has no images.
func (d *Images) Part(name string) *dataset.Set {
	set := map[string]*dataset.Set{"train": d.Train, "val": d.Val, "test": d.Test}[name]
	if set == nil || set.Len() == 0 {
		return nil
	}
	return set
}

// splitSeed is the seed by which validation images are drawn: the same for every run, so that results compare.
const splitSeed = 1

// Open reads the protocol's images, resizes them and takes the validation part from the training or the test part.
func (p Protocol) Open() (*Images, error) {
	if p.Dataset == "" {
		return nil, &ProtocolError{"data set", `""`, "images, for example cifar10:data_batch_1.bin,test_batch.bin"}
	}
	out, err := OpenImages(p.Dataset, p.Image, p.Val)
	if err == nil && out.Train == nil {
		return nil, fmt.Errorf("data set %s: no training images", out.Name)
	}
	return out, err
}

// OpenImages is Open for images on which nothing is trained: those for training may be missing.
func OpenImages(name string, side int, val string) (*Images, error) {
	d, err := dataset.Open(name)
	if err != nil {
		return nil, err
	}
	out := &Images{Name: d.Name, Train: d.Train, Test: d.Test, Doubts: d.Doubts}
	for _, s := range []**dataset.Set{&out.Train, &out.Test} {
		if *s != nil && side != 0 {
			if *s, err = (*s).Resize(side); err != nil {
				return nil, err
			}
		}
	}
	return out, out.split(val)
}

// draw puts the images that networks are measured on in the order that a seed draws.
func (d *Images) draw(seed uint64) {
	for _, s := range []**dataset.Set{&d.Val, &d.Test} {
		if *s != nil {
			*s = (*s).Drawn(seed)
		}
	}
}

func (d *Images) split(from string) error {
	if from == "none" {
		return nil
	}
	refuse := func(value, want string, args ...any) error {
		return &ProtocolError{"validation images", value, fmt.Sprintf(want, args...)}
	}
	part, text, _ := strings.Cut(from, ":")
	share, err := strconv.ParseFloat(text, 64)
	source, ok := map[string]**dataset.Set{"train": &d.Train, "test": &d.Test}[part]
	if err != nil || !ok || !(share > 0 && share < 1) {
		return refuse(strconv.Quote(from), "train:SHARE, test:SHARE (a share between 0 and 1) or none")
	}
	if *source == nil {
		return refuse(from, "another part, or none: data set %s has no %s images", d.Name, part)
	}
	n := (*source).Len()
	taken := int(share*float64(n) + .5)
	if taken == 0 || taken == n {
		return refuse(from, "a share that takes some, but not all, of the %d images of data set %s", n, d.Name)
	}
	*source, d.Val, err = (*source).Split(taken, splitSeed)
	return err
}
