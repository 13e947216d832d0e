package layout

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/objective"
)

// Fidelity is what a table of our own has of networks that were trained for less than the full time, each with a
// schedule of its own. Their values are laid out as all others, in folders that are named after the data sets with the
// fidelity's own ending, such as fashion-mnist-8x8@1of8, and that no list of data sets has. A data set without such a
// folder has no values of that fidelity.
type Fidelity struct {
	Share  float64 `json:"share"`  // of the full training, above 0 and below 1: what a request's fidelity is
	Epochs int     `json:"epochs"` // that were really trained
	Folder string  `json:"folder"` // what follows the name of a data set: "@1of8"
	// Epsilons are the sizes of attacks by key, as those of meta.json are of the full training.
	Epsilons map[string][]objective.Eps `json:"epsilons,omitempty"`
}

// check refuses what has no meaning.
func (f Fidelity) check() error {
	switch {
	case !(f.Share > 0 && f.Share < 1):
		return fmt.Errorf("a share of %v of the full training, want one above 0 and below 1", f.Share)
	case f.Epochs < 1:
		return fmt.Errorf("%d epochs at a share of %v, want at least 1", f.Epochs, f.Share)
	case len(f.Folder) < 2 || f.Folder[0] != '@' || !asPublished.MatchString("x"+f.Folder):
		return fmt.Errorf("folder %q, want such as @1of8", f.Folder)
	}
	for key, eps := range f.Epsilons {
		if sorted := slices.Sorted(slices.Values(eps)); len(slices.Compact(sorted)) != len(eps) {
			return fmt.Errorf("an eps of %s stands twice at a share of %v", key, f.Share)
		}
	}
	return nil
}

// checkFidelities refuses those that mean nothing, and those that do not ascend.
func (p *Protocol) checkFidelities() error {
	before := Fidelity{}
	for _, f := range p.Fidelities {
		if err := f.check(); err != nil {
			return err
		}
		if f.Share <= before.Share || f.Folder == before.Folder {
			return fmt.Errorf("a share of %v in %s behind one of %v in %s: want them ascending, each in its own folder",
				f.Share, f.Folder, before.Share, before.Folder)
		}
		before = f
	}
	return nil
}

// Shorter is a data set as networks had it at a lower fidelity.
type Shorter struct {
	Fidelity
	*Dataset
}

// shorter finds the lower fidelities that there are files of.
func (d *Dataset) shorter(own file) ([]Shorter, error) {
	var all []Shorter
	for _, f := range d.Protocol.Fidelities {
		meta := *d.Meta
		meta.eps = f.Epsilons
		low := &Dataset{
			Name: d.Name + f.Folder, Where: d.Where, Protocol: d.Protocol, Content: d.Content, Meta: &meta, classes: d.classes,
		}
		if err := low.gather(own.place); err != nil {
			return nil, err
		}
		low.meta = file{} // which the data set has read
		if len(low.files) == 0 {
			continue
		}
		if err := low.expect(own, d.Protocol.Files); err != nil {
			return nil, err
		}
		if err := low.list(); err != nil {
			return nil, err
		}
		all = append(all, Shorter{f, low})
	}
	return all, nil
}
