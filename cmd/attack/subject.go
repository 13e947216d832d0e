package attack

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// subject is the network that is attacked, and the images that it is attacked on.
type subject struct {
	weights *trainer.Weights
	file    string // that has the weights, if there is one
	trained string // how, if it was trained here
	unsaved error  // why there is no file after all

	data    string // name of the data set
	set     *dataset.Set
	samples int // the first of set
}

// open finds out what the argument is, and gets weights and images.
func (p *plan) open(cmd *cobra.Command, arg string, k *kernel.Kernel) (*subject, error) {
	cell, err := nasbench201.Find(arg)
	if err == nil {
		return p.train(cmd, cell, k)
	}
	_, notNumber := strconv.Atoi(arg)
	if notNumber == nil || strings.Contains(arg, "~") {
		return nil, usage.Mark(err)
	}
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("%s is a folder: want a safetensors file, a cell's text or its index", arg)
	case err == nil:
		return p.load(arg)
	case strings.HasSuffix(arg, ".safetensors") || strings.ContainsRune(arg, os.PathSeparator):
		return nil, err
	}
	return nil, usage.Mark(fmt.Errorf("%q is neither a file nor a cell: "+
		"want a safetensors file, a cell's text or its index, 0 to %d", arg, nasbench201.Cells-1))
}

// load reads a weights file and the images to attack.
func (p *plan) load(path string) (*subject, error) {
	if p.save != "" {
		err := fmt.Errorf("--save %s: %s is weights already; it is for a cell, which is trained", p.save, path)
		return nil, usage.Mark(err)
	}
	w, err := trainer.Load(path)
	if errors.Is(err, trainer.ErrNoDescription) {
		return p.loadForeign(path)
	}
	if err != nil {
		return nil, err
	}
	if err := p.agrees(path, w.Spec); err != nil {
		return nil, usage.Mark(err)
	}
	name := p.text("dataset")
	if name == "" {
		if !trainedOnEmbedded(w.Spec) {
			return nil, noImages(path)
		}
		name = dataset.Embedded
	}
	s := &subject{file: path, weights: w}
	d, err := p.images(name)
	if err != nil {
		return nil, err
	}
	if err := p.choose(s, d); err != nil {
		return nil, err
	}
	return s, s.fit()
}

func noImages(path string) error {
	return usage.Mark(fmt.Errorf("%s does not say which images it was trained on: "+
		"give --dataset, for example cifar10:test_batch.bin", path))
}

// loadForeign reads weights that were made elsewhere. Of their network, the images tell the classes and their own
// shape.
func (p *plan) loadForeign(path string) (*subject, error) {
	spec, err := p.described(path)
	if err != nil {
		return nil, usage.Mark(err)
	}
	if !p.given("dataset") {
		return nil, noImages(path)
	}
	d, err := p.images(p.text("dataset"))
	if err != nil {
		return nil, err
	}
	s := &subject{file: path}
	if err := p.choose(s, d); err != nil {
		return nil, err
	}
	spec.Classes, spec.Image, spec.Inputs = len(s.set.Classes), s.set.Side, s.set.Channels
	if err := spec.Validate(); err != nil {
		return nil, usage.Mark(fmt.Errorf("%s on %s: %w", path, d.Name, err))
	}
	s.weights, err = trainer.LoadAs(path, spec)
	return s, err
}

// train makes weights for a cell by the preset and what flags override of it, as the command train does.
func (p *plan) train(cmd *cobra.Command, cell nasbench201.Cell, k *kernel.Kernel) (*subject, error) {
	for _, flag := range []string{"arch", "mean", "std"} {
		if p.given(flag) {
			return nil, usage.Mark(fmt.Errorf("--%s is for weights made elsewhere, not for a cell that is trained", flag))
		}
	}
	how, err := p.protocol.Resolve(cmd.Flags())
	if err != nil {
		return nil, err
	}
	if p.save != "" {
		if err := atomicfile.Writable(p.save); err != nil {
			return nil, err
		}
	}
	lab, err := live.NewLab(how, p.protocol.Methods, k)
	if err != nil {
		return nil, protocol.Explain(err)
	}
	lab.Threads = p.threads
	s := &subject{file: p.save, trained: p.training()}
	if err := p.choose(s, lab.Images); err != nil {
		return nil, err
	}
	if s.weights, err = trainer.NewWeights(lab.Spec(cell), p.seed); err != nil {
		return nil, err
	}
	how.Training.Seed = p.seed
	r, err := trainer.NewRun(s.weights, lab.Images.Train, how.Training, lab.Engine(cell))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	bar := progress.New(cmd.ErrOrStderr())
	bar.Start("training step", 0, r.Steps())
	err = r.Train(cmd.Context(), func(now trainer.Progress) error {
		bar.Set(now.Step, "loss %.3f", now.Loss)
		return nil
	})
	bar.Close()
	if err == nil && p.save != "" {
		if s.unsaved = s.weights.Save(p.save); s.unsaved != nil {
			s.file = ""
		}
	}
	return s, err
}

// training says by which preset a cell is trained, and what flags change of it.
func (p *plan) training() string {
	text := append([]string{"trained by", p.protocol.Preset()}, p.overridden()...)
	return fmt.Sprintf("%s, seed %d", strings.Join(text, " "), p.seed)
}

// overridden lists what flags change of the preset, but for those that are named.
func (p *plan) overridden(but ...string) []string {
	return slices.DeleteFunc(p.protocol.Overridden(p.flags), func(setting string) bool {
		flag, _, _ := strings.Cut(setting, "=")
		return slices.Contains(but, flag)
	})
}
