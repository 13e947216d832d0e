// Package live measures architectures by training their networks and attacking them.
package live

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Protocol is everything that decides about a measured value but the cell, the seed and the arithmetic.
type Protocol struct {
	Dataset  string         `json:"dataset"`         // as dataset.Open reads it
	Image    int            `json:"image,omitempty"` // side that images are resized to; 0: as they are
	Channels int            `json:"channels"`        // of the first stage, C
	Cells    int            `json:"cells"`           // in a stage, N
	Val      string         `json:"val"`             // where validation images come from: train:SHARE, test:SHARE or none
	Training trainer.Config `json:"training"`        // the seed comes with each measurement

	Eps    objective.Eps `json:"eps"`    // of attacks where none is asked for
	Sample int           `json:"sample"` // images that an attack which is not listed is run on, the first ones; 0: all
	// SampleSeed draws the images, as many of each class; 0: they are in the data set's order.
	SampleSeed uint64 `json:"sample_seed,omitzero"`
	// MeasureImages are what measures such as grad_norm are taken on, the first ones; 0: 64, or all if there are fewer.
	MeasureImages int      `json:"measure_images,omitzero"`
	Attacks       []Attack `json:"attacks"` // what a table of the protocol holds
	// Corruptions are what it holds besides.
	Corruptions []Corruption `json:"corruptions,omitempty"`
	// Measures are what it holds of networks besides, as metrics: grad_norm, grad_norm@trained.
	Measures []string `json:"measures,omitempty"`
	// Fidelities are the shorter trainings that it holds.
	Fidelities []Fidelity `json:"fidelities,omitempty"`
	Frost      string     `json:"frost,omitempty"`     // folder of the textures of frost; empty: they are computed
	Corrupted  string     `json:"corrupted,omitempty"` // folder of released corrupted images; empty: they are made here
	// Certification is how images are certified; the zero value is the usual one, see [Protocol.Certified].
	Certification Certification `json:"certification,omitzero"`
}

// Attack is an attack with its settings. One that has no settings here runs with its authors' (robustness.Methods).
type Attack struct {
	Name   string             `json:"name"`             // as metrics have it: fgsm, pgd, apgd, square or aa
	Eps    []objective.Eps    `json:"eps"`              // sizes of the Linf ball
	Images int                `json:"images,omitempty"` // the first ones of the set; 0: all
	PGD    *robustness.PGD    `json:"pgd,omitempty"`    // settings of pgd
	Square *robustness.Square `json:"square,omitempty"` // settings of square
	// Settings are those of a method that has no fixed ones, in its own words. A lab fills them in.
	Settings string `json:"settings,omitempty"`
	// Without says which of the method's attacks the images have too few classes for. A lab fills it in.
	Without string `json:"without,omitempty"`
}

// Method finds what the attack is run with.
func (a Attack) Method(methods robustness.Catalogue) (robustness.Method, error) {
	for _, m := range methods.Measured() {
		if m.Metric != a.Name {
			continue
		}
		m = a.of(m)
		if now := a.words(m); a.Settings != "" && a.Settings != now {
			return m, &ProtocolError{"settings", a.Settings, cmp.Or(now, "none")}
		}
		return m, nil
	}
	want := "one of " + strings.Join(methods.Metrics(), " ") + nearest.Hint(a.Name, methods.Metrics())
	return robustness.Method{}, &ProtocolError{"attack", strconv.Quote(a.Name), want}
}

// words say what the method does if its settings are neither fixed nor the attack's.
func (a Attack) words(m robustness.Method) string {
	if _, own := a.own(); own || m.Fixed {
		return ""
	}
	return m.String()
}

// names says whether a text is the attack at one of its eps: "pgd@6/255".
func (a Attack) names(text string) bool {
	return slices.ContainsFunc(a.Eps, func(e objective.Eps) bool { return text == a.Name+"@"+e.String() })
}

// At lists what the attack may do, at each eps.
func (a Attack) At() []objective.Setting {
	var at []objective.Setting
	for _, e := range a.Eps {
		at = append(at, objective.At(e))
	}
	return at
}

// of returns a method with the attack's own settings.
func (a Attack) of(m robustness.Method) robustness.Method {
	if own, ok := a.own(); ok {
		return own
	}
	return m
}

// own returns the method that the attack has settings of its own for; false if it has none.
func (a Attack) own() (robustness.Method, bool) {
	switch {
	case a.PGD != nil:
		return a.PGD.Method(), true
	case a.Square != nil:
		return a.Square.Method(), true
	}
	return robustness.Method{}, false
}

// Corruption is a corruption of which a table holds every severity.
type Corruption struct {
	Name   string `json:"name"`             // as metrics have it: "fog"
	Images int    `json:"images,omitempty"` // the first ones of the set; 0: all
	// Origin says what its images depend on besides the program, such as whose textures frost has. A lab fills it in.
	Origin string `json:"origin,omitempty"`
}

// corruption returns the settings of a corruption by name: those listed, or the usual ones.
func (p Protocol) corruption(name string) Corruption {
	if i := slices.IndexFunc(p.Corruptions, func(c Corruption) bool { return c.Name == name }); i >= 0 {
		return p.Corruptions[i]
	}
	return Corruption{Name: name, Images: p.Sample}
}

// attack returns the settings of an attack by name: those listed, or the usual ones.
func (p Protocol) attack(name string) Attack {
	if i := slices.IndexFunc(p.Attacks, func(a Attack) bool { return a.Name == name }); i >= 0 {
		return p.Attacks[i]
	}
	return Attack{Name: name, Eps: []objective.Eps{p.Eps}, Images: p.Sample}
}

// Choose returns the protocol with these attacks alone, "pgd", or "pgd@4/255" for one at that eps: with the settings
// that it has for them, or the usual ones.
func (p Protocol) Choose(attacks []string) (Protocol, error) {
	var chosen []Attack
	for _, text := range attacks {
		name, at, sized := strings.Cut(strings.TrimSpace(text), "@")
		a := p.attack(name)
		if sized {
			eps, err := objective.ParseEps(at)
			if err != nil {
				return p, fmt.Errorf("attack %s: %w", name, err)
			}
			a.Eps = []objective.Eps{eps}
		}
		if i := slices.IndexFunc(chosen, func(b Attack) bool { return b.Name == name }); i >= 0 && sized {
			chosen[i].Eps = append(chosen[i].Eps, a.Eps...)
			continue
		}
		chosen = append(chosen, a)
	}
	p.Attacks = chosen
	return p.clone(), nil
}

// ProtocolError says which part of a protocol makes no sense.
type ProtocolError struct {
	Field string
	Value any
	Want  string
}

func (e *ProtocolError) Error() string {
	return fmt.Sprintf("%s %v: want %s", e.Field, e.Value, e.Want)
}

// Validate returns an error that names the first field without meaning: a [*ProtocolError], a [*trainer.SpecError] or a
// [*robustness.ConfigError]. Its attacks and corruptions are of those that are known. What depends on
// the images is checked when they are opened.
func (p Protocol) Validate(known objective.Catalogue) error {
	least := nasbench201.Network{Channels: p.Channels, Depth: p.Cells, Image: cmp.Or(p.Image, 4), Inputs: 1, Classes: 1}
	if err := (trainer.Spec{Network: least}).Validate(); err != nil {
		return err
	}
	switch {
	case p.Sample < 0:
		return &ProtocolError{"attacked images", p.Sample, "at least 1, or 0 for all"}
	case p.MeasureImages < 0:
		return &ProtocolError{"measured images", p.MeasureImages, "at least 1, or 0 for 64"}
	}
	err := cmp.Or(objective.At(p.Eps).Threat().Validate(), p.Training.Validate(), p.Certified().Validate())
	if err != nil {
		return err
	}
	for i, a := range p.Attacks {
		if err := a.validate(known.Attacks); err != nil {
			return err
		}
		if slices.IndexFunc(p.Attacks, func(b Attack) bool { return a.Name == b.Name }) != i {
			return &ProtocolError{"attack", a.Name, "each but once"}
		}
	}
	if err := p.validateFidelities(); err != nil {
		return err
	}
	if _, err := p.Held(known.Measures); err != nil {
		return err
	}
	return p.validateCorruptions(known.Corruptions)
}

func (p Protocol) validateCorruptions(known corruption.Catalogue) error {
	for i, c := range p.Corruptions {
		if _, err := known.Named(c.Name); err != nil {
			return err
		}
		if c.Images < 0 {
			return &ProtocolError{"corruption " + c.Name, fmt.Sprintf("on %d images", c.Images), "no negative number"}
		}
		if slices.IndexFunc(p.Corruptions, func(o Corruption) bool { return o.Name == c.Name }) != i {
			return &ProtocolError{"corruption", c.Name, "each but once"}
		}
	}
	return nil
}

// validate returns an error if the attack is none of the methods, or has settings without meaning.
func (a Attack) validate(methods robustness.Catalogue) error {
	m, err := a.Method(methods)
	switch {
	case err == nil && a.PGD != nil && a.Square != nil:
		err = &ProtocolError{"attack " + a.Name, "settings of two attacks", "its own"}
	case err == nil && a.Name != m.Metric:
		err = &ProtocolError{"attack " + a.Name, "settings of " + m.Title(), "none"}
	case err == nil && a.PGD != nil:
		err = a.PGD.Validate()
	case err == nil && a.Square != nil:
		err = a.Square.Validate()
	}
	if err != nil {
		return fmt.Errorf("attack %s: %w", a.Name, err)
	}
	for _, at := range a.At() {
		if err := at.Threat().Validate(); err != nil {
			return fmt.Errorf("attack %s: %w", a.Name, err)
		}
	}
	if a.Images < 0 || len(a.Eps) == 0 {
		have := fmt.Sprintf("on %d images at %v", a.Images, a.Eps)
		return &ProtocolError{"attack " + a.Name, have, "at least one eps, and no negative numbers"}
	}
	return nil
}

// fingerprint identifies the protocol and the images' content, whatever the seed.
func (p Protocol) fingerprint(images ...*dataset.Set) string {
	p.Training.Seed = 0
	b, err := json.Marshal(p)
	if err != nil {
		panic(err) // all fields are plain numbers and texts, and validated
	}
	h := sha256.New()
	h.Write(b)
	for _, s := range images {
		if s != nil {
			fmt.Fprintln(h, s.Digest())
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
