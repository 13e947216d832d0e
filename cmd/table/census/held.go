package census

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
)

// held are the flags that say what a table holds. Those that are not given leave it as the preset or the log has it.
type held struct {
	attacks, measures, fidelities string
	corruptions                   protocol.Corruptions
}

// nothing and everything are values of these flags.
const (
	nothing    = "none"
	everything = "all"
)

func (o *held) register(f *pflag.FlagSet, known objective.Catalogue) {
	f.StringVar(&o.attacks, "attacks", "", "attack with these alone, with commas: "+
		strings.Join(known.Attacks.Metrics(), ", ")+"; at an eps as pgd@4/255; or none (preset)")
	o.corruptions.RegisterNames(f, known.Corruptions, "", "measure accuracy under corruptions (preset): none")
	f.StringVar(&o.measures, "measures", "", "take measures, with commas: none, all, or names such as grad_norm, or "+
		"grad_norm@trained for one of weights in the other state (preset)")
	f.StringVar(&o.fidelities, "fidelities", "", "train for these shares of the epochs too, with commas, such as "+
		"1/8,1/3, and attack with fgsm and pgd at the default eps; or none (preset)")
}

// choose returns the protocol with what the flags say, and where these are silent with what another one holds.
func (o *held) choose(
	p, usual live.Protocol, given func(flag string) bool, known objective.Catalogue,
) (live.Protocol, error) {
	p.Eps = usual.Eps
	err := cmp.Or(o.chooseAttacks(&p, usual, known), o.chooseCorruptions(&p, usual, given, known))
	if err != nil {
		return p, err
	}
	switch strings.TrimSpace(o.measures) {
	case "":
		p.Measures = usual.Measures
	case nothing:
	case everything:
		for _, h := range live.HeldMeasures(known.Measures) {
			p.Measures = append(p.Measures, h.Metric.Key())
		}
	default:
		p.Measures, err = protocol.List("measures", o.measures, func(name string) (string, error) { return name, nil })
		if err == nil {
			_, err = p.Held(known.Measures)
		}
		if err != nil {
			return p, usage.Mark(fmt.Errorf("--measures %s: %w", o.measures, err))
		}
	}
	if err := o.chooseFidelities(&p, usual, known); err != nil {
		return p, err
	}
	if len(p.Attacks)+len(p.Corruptions)+len(p.Measures)+len(p.Fidelities) == 0 {
		return p, usage.Mark(fmt.Errorf("--attacks %s leaves nothing to measure but clean images: want --corruptions, "+
			"--measures or --fidelities, too", nothing))
	}
	return p, nil
}

func (o *held) chooseAttacks(p *live.Protocol, usual live.Protocol, known objective.Catalogue) (err error) {
	switch strings.TrimSpace(o.attacks) {
	case "":
		p.Attacks = usual.Attacks
		return nil
	case nothing:
		p.Attacks = []live.Attack{}
		return nil
	}
	if *p, err = p.Choose(strings.Split(o.attacks, ",")); err == nil {
		err = p.Validate(known)
	}
	if err != nil {
		return usage.Mark(fmt.Errorf("--attacks %s: %w", o.attacks, err))
	}
	return nil
}

func (o *held) chooseCorruptions(
	p *live.Protocol, usual live.Protocol, given func(flag string) bool, known objective.Catalogue,
) error {
	p.Corruptions = usual.Corruptions
	switch {
	case o.corruptions.None():
		p.Corruptions = nil
	case given("corruptions"):
		p.Corruptions = nil
		chosen, _, err := o.corruptions.Chosen(known.Corruptions)
		if err != nil {
			return err
		}
		for _, c := range chosen {
			p.Corruptions = append(p.Corruptions, live.Corruption{Name: c.Name(), Images: p.Sample})
		}
	}
	if len(p.Corruptions) == 0 {
		return protocol.Unused(given, "frost", "corrupted")
	}
	return nil
}

// chooseFidelities leaves out those of the preset that are no whole epochs, and attacks that the table lacks.
func (o *held) chooseFidelities(p *live.Protocol, usual live.Protocol, known objective.Catalogue) error {
	switch strings.TrimSpace(o.fidelities) {
	case "":
		p.Fidelities = slices.DeleteFunc(slices.Clone(usual.Fidelities), func(f live.Fidelity) bool {
			_, err := p.At(f)
			return err != nil || !f.Share.Whole(p.Training.Epochs)
		})
		return nil
	case nothing:
		return nil
	}
	shares, err := protocol.List("fidelities", o.fidelities, live.ParseShare)
	if err != nil {
		return err
	}
	slices.SortFunc(shares, func(a, b live.Share) int { return cmp.Compare(a.Value(), b.Value()) })
	for _, s := range shares {
		p.Fidelities = append(p.Fidelities, live.Fidelity{Share: s, Attacks: quick(*p)})
	}
	if err := p.Validate(known); err != nil {
		return usage.Mark(fmt.Errorf("--fidelities %s: %w", o.fidelities, err))
	}
	return nil
}

// quick lists the attacks of a table that shorter trainings are measured under: FGSM and PGD, at the default eps or,
// where the table has not that, at all that it has.
func quick(p live.Protocol) (names []string) {
	for _, a := range p.Attacks {
		if a.Name != "fgsm" && a.Name != "pgd" {
			continue
		}
		at := a.Eps
		if slices.Contains(at, p.Eps) {
			at = []objective.Eps{p.Eps}
		}
		for _, e := range at {
			names = append(names, a.Name+"@"+e.String())
		}
	}
	return names
}
