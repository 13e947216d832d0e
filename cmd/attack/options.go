package attack

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/trainer"
)

// plan is what the flags ask for.
type plan struct {
	*program.Program
	attacks, eps, norm string
	restarts           int

	protocol   protocol.Flags // how a cell is trained; also describes weights and images
	part       string
	samples    int
	sampleSeed uint64
	weights    weights.Flags // of those made elsewhere

	corruptions      corruptions
	workers, threads int
	seed             uint64
	save, saveImages string
	pictures         int
	certifying       certifying

	flags   *pflag.FlagSet // of the command
	said    live.Protocol  // what they say of data and network
	methods []robustness.Method
	threats []robustness.Threat
}

func (p *plan) register(cmd *cobra.Command) {
	f, attacks := cmd.Flags(), p.Known.Attacks.Names()
	p.flags, p.protocol.Known = f, p.Known
	p.protocol.Register(f)
	f.StringVar(&p.attacks, "attacks", "fgsm,pgd", "attacks, with commas: "+strings.Join(attacks, ", ")+
		"; or "+protocol.NoAttacks+", with --corruptions or --certify")
	f.StringVar(&p.eps, "eps", "",
		"sizes of the perturbation, with commas: 8/255, or a share of the pixel range such as 0.03; for L2 its length, "+
			"such as 0.5 (default: 1/255; for L2 0.5, as in RobustBench)")
	usage.Choice(cmd, &p.norm, "norm", norms, "norm that eps bounds: Linf or L2")
	f.IntVar(&p.restarts, "restarts", 1, "runs of every attack on an image that withstands it")
	protocol.RegisterPGD(f, robustness.DefaultPGD())

	p.corruptions.register(p)

	usage.Choice(cmd, &p.part, "part", parts, "images to attack: test, val or train")
	f.IntVar(&p.samples, "samples", 0, "attack the first so many images (0: 1000, or all if there are fewer)")

	f.Uint64Var(&p.sampleSeed, "sample-seed", 0, protocol.SampleSeedUsage)

	p.weights.Register(f, p.Tables.Cell)

	f.IntVar(&p.workers, "workers", 0, "networks that work side by side; changes nothing but time (0: one a core)")
	f.IntVar(&p.threads, "threads", 0,
		"goroutines that share a network's batch; changes nothing but time (0: the cores that are left)")
	f.Uint64Var(&p.seed, "seed", 1, "of everything random")
	f.StringVar(&p.save, "save", "", "write the weights of a cell that was trained to this safetensors file")
	files.Writes(f, "save", "safetensors", "st")
	f.StringVar(&p.saveImages, "save-images", "",
		"write PNGs of clean image, adversarial example and difference to this new folder")
	files.Fills(f, "save-images")
	f.IntVar(&p.pictures, "images", 8, "pictures for each attack and eps")
	p.certifying.register(cmd)
}

var norms = []string{robustness.Linf.String(), robustness.L2.String()}

var parts = []string{"test", "val", "train"}

func (p *plan) given(flag string) bool { return p.flags.Changed(flag) }

// check checks everything that can be checked without a file.
func (p *plan) check() error {
	p.said = p.protocol.Over(live.Protocol{})
	err := cmp.Or(usage.AtLeast("restarts", p.restarts, 1), usage.AtLeast("workers", p.workers, 0),
		usage.AtLeast("threads", p.threads, 0), usage.AtLeast("images", p.pictures, 1), protocol.Keeps("save", p.save))
	switch {
	case err != nil:
	case p.given("samples") && p.samples < 1:
		err = fmt.Errorf("--samples %d: want at least 1 image", p.samples)
	case p.said.Image < 0:
		err = fmt.Errorf("--image %d: want a side in pixels, or 0", p.said.Image)
	default:
		err = usage.OneOf("part", p.part, parts, ", ")
	}
	if err == nil {
		p.threats, err = p.allowed()
	}
	if err == nil {
		err = p.corruptions.check(p)
	}
	if err == nil {
		p.methods, err = p.chosen()
	}
	if err == nil {
		err = p.checkCertification()
	}
	return usage.Mark(err)
}

// allowed reads what the attacks may do: --eps in the norm of --norm or, without that, in one that stands there.
func (p *plan) allowed() (all []robustness.Threat, err error) {
	norm, err := robustness.ParseNorm(p.norm)
	if err != nil {
		return nil, fmt.Errorf("--norm: %w%s", err, nearest.Hint(p.norm, norms))
	}
	list := p.eps
	if !p.given("eps") {
		list = norm.String() // which means the norm's usual eps
	}
	if all, err = threats(norm, p.given("norm"), list); err == nil {
		p.norm = all[0].Norm.String()
	}
	return all, err
}

// threats reads a list of eps, in one norm, which may be fixed.
func threats(norm robustness.Norm, fixed bool, list string) (all []robustness.Threat, err error) {
	for text := range strings.SplitSeq(list, ",") {
		s, err := objective.ParseThreatIn(norm, strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("--eps: %w", err)
		}
		if s.Norm != norm && fixed {
			return nil, fmt.Errorf("--eps %s: %s is not in %v: want sizes in one norm", list, s, norm)
		}
		norm, fixed = s.Norm, true
		t := s.Threat()
		if err := t.Validate(); err != nil {
			return nil, fmt.Errorf("--eps %s: %w", text, err)
		}
		same := func(other robustness.Threat) bool { return other.String() == t.String() }
		if slices.ContainsFunc(all, same) {
			return nil, fmt.Errorf("--eps %s: %s stands twice", list, epsText(t))
		}
		all = append(all, t)
	}
	return all, nil
}

// epsText returns a threat's eps as people write it: "8/255", or "0.5" for L2.
func epsText(t robustness.Threat) string {
	_, eps, _ := strings.Cut(t.String(), " ")
	return eps
}

// chosen reads the list of attacks and gives pgd its options.
func (p *plan) chosen() ([]robustness.Method, error) {
	settings, err := protocol.PGD(p.flags, robustness.DefaultPGD())
	if err != nil {
		return nil, err
	}
	if err := settings.Validate(); err != nil {
		return nil, fmt.Errorf("pgd: %w", err)
	}
	pgd := settings.Method()
	if strings.TrimSpace(p.attacks) == protocol.NoAttacks {
		if p.corruptions.count() == 0 && !p.certifying.wanted {
			return nil, fmt.Errorf("--attacks %s leaves nothing to measure but clean images: want --corruptions or "+
				"--certify, too", protocol.NoAttacks)
		}
		p.threats = nil
		return nil, nil
	}
	list, err := protocol.List("attacks", p.attacks, p.Known.Attacks.Named)
	for i, m := range list {
		if m.Name == pgd.Name {
			list[i] = pgd
		}
		list[i].Restarts = p.restarts
	}
	return list, err
}

// doubts says what may be meant otherwise.
func (p *plan) doubts(s *subject) []string {
	all := s.doubts
	if text := p.doubtCertification(s); text != "" {
		all = append(all, text)
	}
	idle := p.protocol.Overridden("dataset", "val", "image", "channels", "cells")
	if s.trained == "" && len(idle) > 0 {
		all = append(all, fmt.Sprintf("%s is trained already: no use for %s", s.file, strings.Join(idle, ", ")))
	}
	for _, t := range p.threats {
		if text := t.Doubt(trainer.Images(s.set, 0, 0).Shape); text != "" {
			all = append(all, text)
		}
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
