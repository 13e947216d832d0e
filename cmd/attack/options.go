package attack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
)

// options are the command's flags as they were given.
type options struct {
	attacks, eps, norm string
	restarts           int

	protocol        protocol.Flags // how a cell is trained; also describes weights and images
	part            string
	samples         int
	arch, mean, std string

	workers, threads int
	seed             uint64
	save, saveImages string
	pictures         int
}

func (o *options) register(f *pflag.FlagSet) {
	o.protocol.Register(f)
	f.StringVar(&o.attacks, "attacks", "fgsm,pgd", "attacks, with commas: "+strings.Join(o.protocol.Methods.Names(), ", "))
	f.StringVar(&o.eps, "eps", "1/255",
		"sizes of the perturbation, with commas: 8/255, or a share of the pixel range such as 0.03; for L2 its length")
	f.StringVar(&o.norm, "norm", "Linf", "norm that eps bounds: Linf or L2")
	f.IntVar(&o.restarts, "restarts", 1, "runs of every attack on an image that withstands it")
	protocol.RegisterPGD(f, robustness.DefaultPGD())

	f.StringVar(&o.part, "part", "test", "images to attack: test, val or train")
	f.IntVar(&o.samples, "samples", 0, "attack the first so many images (0: 1000, or all if there are fewer)")

	f.StringVar(&o.arch, "arch", "", "cell of weights made elsewhere, by its text or index")
	f.StringVar(&o.mean, "mean", "",
		"what weights made elsewhere want subtracted from pixels in [0,1], a number a channel, with commas")
	f.StringVar(&o.std, "std", "", "what they want the difference divided by, a number a channel, with commas")

	f.IntVar(&o.workers, "workers", 0, "networks that work side by side; changes nothing but time (0: one a core)")
	f.IntVar(&o.threads, "threads", 0,
		"goroutines that share a network's batch; changes nothing but time (0: the cores that are left)")
	f.Uint64Var(&o.seed, "seed", 1, "of everything random")
	f.StringVar(&o.save, "save", "", "write the weights of a cell that was trained to this safetensors file")
	f.StringVar(&o.saveImages, "save-images", "",
		"write PNGs of clean image, adversarial example and difference to this new folder")
	f.IntVar(&o.pictures, "images", 8, "pictures for each attack and eps")
}

var parts = []string{"test", "val", "train"}

// complete tells shells what flags may be.
func complete(cmd *cobra.Command, attacks []string) {
	usage.Complete(cmd, "attacks", attacks...)
	usage.Complete(cmd, "norm", "Linf", "L2")
	usage.Complete(cmd, "part", parts...)
}

// plan is what the flags ask for.
type plan struct {
	options
	flags   *pflag.FlagSet
	methods []robustness.Method
	threats []robustness.Threat
}

func (p *plan) given(flag string) bool  { return p.flags.Changed(flag) }
func (p *plan) text(flag string) string { return p.flags.Lookup(flag).Value.String() }

// whole returns the value of a flag that is declared as a whole number.
func (p *plan) whole(flag string) int {
	n, err := p.flags.GetInt(flag)
	if err != nil {
		panic(err)
	}
	return n
}

// plan checks everything that can be checked without a file.
func (o *options) plan(f *pflag.FlagSet) (*plan, error) {
	p := &plan{options: *o, flags: f}
	for _, c := range []struct {
		flag         string
		value, least int
	}{{"restarts", o.restarts, 1}, {"workers", o.workers, 0}, {"threads", o.threads, 0}, {"images", o.pictures, 1}} {
		if c.value < c.least {
			return nil, fmt.Errorf("--%s %d: want at least %d", c.flag, c.value, c.least)
		}
	}
	if f.Changed("samples") && o.samples < 1 {
		return nil, fmt.Errorf("--samples %d: want at least 1 image", o.samples)
	}
	if n := p.whole("image"); n < 0 {
		return nil, fmt.Errorf("--image %d: want a side in pixels, or 0", n)
	}
	if !slices.Contains(parts, o.part) {
		return nil, fmt.Errorf("--part %q: want %s", o.part, strings.Join(parts, ", "))
	}
	var err error
	if p.threats, err = threats(o.norm, o.eps); err != nil {
		return nil, err
	}
	p.methods, err = o.methods(f)
	return p, err
}

// threats reads the list of eps.
func threats(norm, list string) (all []robustness.Threat, err error) {
	t := robustness.Threat{}
	if t.Norm, err = robustness.ParseNorm(norm); err != nil {
		return nil, fmt.Errorf("--norm: %w", err)
	}
	for text := range strings.SplitSeq(list, ",") {
		if t.Eps, err = parseEps(t.Norm, strings.TrimSpace(text)); err != nil {
			return nil, fmt.Errorf("--eps: %w", err)
		}
		if slices.Contains(all, t) {
			return nil, fmt.Errorf("--eps %s: %s stands twice", list, epsText(t))
		}
		all = append(all, t)
	}
	return all, nil
}

// parseEps returns an eps in units of the pixel range.
func parseEps(n robustness.Norm, text string) (float64, error) {
	if n == robustness.Linf {
		e, err := objective.ParseEps(text)
		return float64(e) / 255, err
	}
	v, err := usage.Number(text)
	if err != nil {
		return 0, fmt.Errorf(`eps %q: want a length above 0, such as "0.5" or "128/255"`, text)
	}
	return v, nil
}

// epsText returns a threat's eps as people write it: "8/255", or "0.5" for L2.
func epsText(t robustness.Threat) string {
	_, eps, _ := strings.Cut(t.String(), " ")
	return eps
}

// methods reads the list of attacks and gives pgd its options.
func (o *options) methods(f *pflag.FlagSet) ([]robustness.Method, error) {
	settings, err := protocol.PGD(f, robustness.DefaultPGD())
	if err != nil {
		return nil, err
	}
	if err := settings.Validate(); err != nil {
		return nil, fmt.Errorf("pgd: %w", err)
	}
	pgd := settings.Method()
	var list []robustness.Method
	for name := range strings.SplitSeq(o.attacks, ",") {
		m, err := o.protocol.Methods.Named(strings.TrimSpace(name))
		if err != nil {
			return nil, fmt.Errorf("--attacks %s: %w", o.attacks, err)
		}
		if slices.ContainsFunc(list, func(other robustness.Method) bool { return other.Name == m.Name }) {
			return nil, fmt.Errorf("--attacks %s: %s stands twice", o.attacks, m.Name)
		}
		if m.Name == pgd.Name {
			m = pgd
		}
		m.Restarts = o.restarts
		list = append(list, m)
	}
	return list, nil
}

// doubts says what may be meant otherwise.
func (p *plan) doubts(s *subject) (all []string) {
	idle := p.overridden("dataset", "val", "image", "channels", "cells")
	if s.trained == "" && len(idle) > 0 {
		all = append(all, fmt.Sprintf("%s is trained already: no use for %s", s.file, strings.Join(idle, ", ")))
	}
	for _, m := range p.methods {
		for _, a := range m.Attacks {
			if pgd, ok := a.(robustness.PGD); ok && float64(pgd.Steps)*pgd.StepSize < 1-1e-9 {
				all = append(all, fmt.Sprintf("pgd goes %.3g of the way to eps: --pgd-steps %d of --pgd-step-size %.3g, "+
					"which is a share of eps", float64(pgd.Steps)*pgd.StepSize, pgd.Steps, pgd.StepSize))
			}
		}
	}
	return all
}
