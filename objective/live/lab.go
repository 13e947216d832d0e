package live

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Lab trains and measures networks by a protocol. It is safe for concurrent use.
type Lab struct {
	Protocol
	Known  objective.Catalogue // that its attacks and corruptions are of
	Images *Images
	Kernel *kernel.Kernel
	// Threads share the work on one network; 0 gives all cores to a large one and one to a small one. It changes no
	// bit of a result.
	Threads int

	// Corrupted has its images under corruptions, which are made once for all networks.
	Corrupted *corrupt.Source

	mean, std   []float32
	forMeasures *dataset.Set // images for training, of which measures take the first ones
	id          string
	contents    string // of the images, whatever sample is drawn
}

// NewLab checks a protocol, of what is known, and opens its images.
func NewLab(p Protocol, known objective.Catalogue, k *kernel.Kernel) (*Lab, error) {
	if err := p.Validate(known); err != nil {
		return nil, err
	}
	images, err := p.Open()
	if err != nil {
		return nil, err
	}
	l := &Lab{
		Protocol: p.clone(), Known: known, Images: images, Kernel: k,
	}
	if l.Corrupted, err = p.corrupted(known.Corruptions); err != nil {
		return nil, err
	}
	for i, a := range l.Attacks {
		usual, err := a.Method(known.Attacks)
		if err != nil {
			return nil, err
		}
		m, err := l.Method(a)
		if err != nil {
			return nil, err
		}
		l.Attacks[i].Settings, l.Attacks[i].Without = a.words(usual), m.Without()
	}
	for i := range l.Corruptions {
		if err := l.identify(&l.Corruptions[i]); err != nil {
			return nil, err
		}
	}
	l.mean, l.std = images.Train.Normalization()
	l.id = l.fingerprint(images.Train, images.Val, images.Test)
	l.contents = contents(images.Train) + "/" + contents(images.Val)
	l.forMeasures = images.Train
	if p.SampleSeed != 0 {
		images.draw(p.SampleSeed)
		l.forMeasures = images.Train.Drawn(p.SampleSeed)
	}
	if images.Test != nil {
		for _, c := range l.Corruptions {
			if err := l.Corrupted.Has(images.Test, c.Images); err != nil {
				return nil, fmt.Errorf("test images: %w", err)
			}
		}
	}
	if err := l.Spec(nasbench201.Cell{}).Validate(); err != nil {
		return nil, fmt.Errorf("data set %s: %w", images.Name, err)
	}
	return l, nil
}

// identify says where the images of a corruption of the protocol come from.
func (l *Lab) identify(c *Corruption) error {
	named, err := l.Corrupted.Named(c.Name)
	if err != nil {
		return err
	}
	origin, err := l.Corrupted.Origin(context.Background(), named)
	if err != nil {
		return err
	}
	if c.Origin != "" && c.Origin != origin {
		return &ProtocolError{"origin of " + c.Name, c.Origin, cmp.Or(origin, "none")}
	}
	c.Origin = origin
	return nil
}

// Method returns what an attack of the protocol is run with on so many classes as there are. Its error is a
// [*robustness.ClassesError] if they are too few.
func (l *Lab) Method(a Attack) (m robustness.Method, err error) {
	if m, err = a.Method(l.Known.Attacks); err != nil {
		return m, err
	}
	if m, err = m.For(len(l.Images.Train.Classes)); err != nil {
		err = fmt.Errorf("data set %s: %w", l.Images.Name, err)
	}
	return m, err
}

// Fingerprint identifies protocol and images: measurements with equal ones, equal seeds and the same kernel are equal.
func (l *Lab) Fingerprint() string { return l.id }

// Network is what the protocol stacks cells into.
func (l *Lab) Network() nasbench201.Network {
	s := l.Images.Train
	return nasbench201.Network{
		Channels: l.Channels, Depth: l.Cells, Classes: len(s.Classes), Image: s.Side, Inputs: s.Channels,
	}
}

// Spec describes a cell's network.
func (l *Lab) Spec(c nasbench201.Cell) trainer.Spec {
	return trainer.Spec{Cell: c, Network: l.Network(), Mean: l.mean, Std: l.std}
}

// worthSharing is how many multiply-adds a training step must have for several threads to pay.
const worthSharing = 100e6

// threads is how many goroutines share the work on a cell's network.
func (l *Lab) threads(c nasbench201.Cell) int {
	switch {
	case l.Threads > 0:
		return l.Threads
	case float64(l.Network().FLOPs(c))*float64(l.Training.Batch) < worthSharing:
		return 1
	}
	return runtime.GOMAXPROCS(0)
}

// Engine is what trains a cell's network.
func (l *Lab) Engine(c nasbench201.Cell) trainer.Engine {
	return trainer.Engine{Kernel: l.Kernel, Threads: l.threads(c)}
}

// Workers is how many networks should be worked on at the same time: as many as there are cores for.
func (l *Lab) Workers() int {
	largest := nasbench201.Cell{}
	for i := range largest {
		largest[i] = nasbench201.Conv3x3
	}
	return max(1, runtime.GOMAXPROCS(0)/l.threads(largest))
}

// epochs of a training at a fidelity, at least one.
func (p Protocol) epochs(fidelity float64) int {
	return max(1, int(math.Round(fidelity*float64(p.Training.Epochs))))
}

// Train returns the weights of a cell's network after training, and the loss of the last epoch. Fidelity, in (0,1],
// scales the epochs. A [*trainer.DivergedError] is a loss that is no number.
func (l *Lab) Train(
	ctx context.Context, c nasbench201.Cell, seed uint64, fidelity float64,
) (*trainer.Weights, float64, error) {
	w, err := trainer.NewWeights(l.Spec(c), seed)
	if err != nil {
		return nil, 0, err
	}
	config := l.Training
	config.Seed, config.Epochs = seed, l.epochs(fidelity)
	r, err := trainer.NewRun(w, l.Images.Train, config, l.Engine(c))
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	if err := r.Train(ctx, func(trainer.Progress) error { return nil }); err != nil {
		return nil, 0, err
	}
	return w, r.Loss(), nil
}

func list(names []string) string { return strings.Join(names, ", ") }
