package robustness

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
)

// Method is what a robust accuracy is measured with: attacks, one after the other, each on the images that withstood
// those before. It is all that a program knows of an attack: whoever adds one adds its method to a [Catalogue].
type Method struct {
	Name     string   // on a command line: "apgd-ce"
	Attacks  []Attack // with different names, see [Attack.Name]
	Restarts int      // runs of each attack on an image that withstands it, unless it says how many; 0 means 1

	// Metric names it in metrics: "apgd" for "apgd_acc". A method without it is not measured by searches and tables.
	Metric string
	// Key begins the names of its files in the layout of the robustness dataset: "aa_apgd-ce"; empty: Metric.
	Key     string
	Words   string // for reports: "AutoAttack"; empty: Name
	Meaning string // of the accuracy, for help: "accuracy under FGSM, one gradient step of size eps"
	How     string // its settings in a sentence, for reports; empty: what the attacks say, see [Method.String]
	// Fixed says that the settings never change. Otherwise searches and censuses keep what [Method.String] says, and are
	// not continued with something else.
	Fixed bool
	// Passes is about how many forward passes it makes on an image; a gradient counts as two. 0 is 1000. The clock of a
	// search follows from it: a change changes histories.
	Passes int

	without []*ClassesError // why attacks are not there that [Method.For] has left out
}

// Catalogue lists methods, each name but once. It is a value: whoever adds an attack passes a longer one.
type Catalogue []Method

// Methods returns the program's own methods, with their authors' settings: fgsm, pgd, apgd-ce, apgd-dlr, apgd-t, fab-t,
// square, and aa, standard AutoAttack (Croce and Hein, ICML 2020): apgd-ce, apgd-t, fab-t and square in turn.
func Methods() Catalogue {
	const theirs = "its authors' settings"
	own := Catalogue{
		{
			Name: "fgsm", Metric: "fgsm", Words: "FGSM", Meaning: "accuracy under FGSM, one gradient step of size eps",
			Attacks: []Attack{FGSM()}, Passes: 3,
		},
		DefaultPGD().Method(),
		{
			Name: "apgd-ce", Metric: "apgd", Key: "aa_apgd-ce", Words: "APGD",
			Meaning: "accuracy under APGD, PGD with adaptive steps",
			Attacks: []Attack{DefaultAPGD(CE)}, How: theirs,
		},
		{Name: "apgd-dlr", Attacks: []Attack{DefaultAPGD(Ratio)}},
		{Name: "apgd-t", Attacks: []Attack{DefaultAPGD(Targeted)}},
		{Name: "fab-t", Attacks: []Attack{DefaultFAB()}},
		DefaultSquare().method(theirs),
		{
			Name: "aa", Metric: "aa", Words: "AutoAttack",
			Meaning: "accuracy under AutoAttack, the worst case of several attacks",
			Attacks: AutoAttack(), How: theirs,
		},
	}
	for i := range own {
		own[i].Fixed = true
	}
	return own
}

// Method returns the method "pgd" with these settings.
func (a PGD) Method() Method {
	return Method{
		Name: "pgd", Metric: "pgd", Words: "PGD", Meaning: "accuracy under PGD, projected gradient steps within eps",
		Attacks: []Attack{a}, How: a.how(), Passes: 2 * a.Steps * max(1, a.Restarts),
	}
}

// Method returns the method "square" with these settings.
func (a Square) Method() Method { return a.method(a.String()) }

// method returns it with its settings in a sentence.
func (a Square) method(how string) Method {
	return Method{
		Name: "square", Metric: "square", Key: "aa_square", Words: "Square",
		Meaning: "accuracy under Square, a black-box random search",
		Attacks: []Attack{a}, How: how,
	}
}

// AutoAttack returns the attacks of the standard version of AutoAttack, in their order.
func AutoAttack() []Attack {
	return []Attack{DefaultAPGD(CE), DefaultAPGD(Targeted), DefaultFAB(), DefaultSquare()}
}

// Names lists the methods as a command line names them.
func (c Catalogue) Names() []string {
	var names []string
	for _, m := range c {
		names = append(names, m.Name)
	}
	return names
}

// Named returns a method by name. Its error is a [*ConfigError].
func (c Catalogue) Named(name string) (Method, error) {
	for _, m := range c {
		if m.Name == name {
			return m, nil
		}
	}
	want := "one of " + strings.Join(c.Names(), " ") + nearest.Hint(name, c.Names())
	return Method{}, &ConfigError{"attack", fmt.Sprintf("%q", name), want}
}

// Metrics lists the methods as metrics name them.
func (c Catalogue) Metrics() []string {
	var names []string
	for _, m := range c.Measured() {
		names = append(names, m.Metric)
	}
	return names
}

// Measured lists the methods that metrics are named after.
func (c Catalogue) Measured() Catalogue {
	var all Catalogue
	for _, m := range c {
		if m.Metric != "" {
			all = append(all, m)
		}
	}
	return all
}

// Validate returns a [*ConfigError] if a method has no meaning, or no name of its own.
func (c Catalogue) Validate() error {
	names := map[string]bool{}
	for _, m := range c {
		if names[m.Name] || m.Name == "" {
			return &ConfigError{"method's name", fmt.Sprintf("%q", m.Name), "one that no other has"}
		}
		names[m.Name] = true
		if err := m.validate(); err != nil {
			return fmt.Errorf("method %s: %w", m.Name, err)
		}
	}
	return nil
}

// Released returns the key of its files in the layout of the robustness dataset: "aa_apgd-ce@Linf".
func (m Method) Released(n Norm) string { return cmp.Or(m.Key, m.Metric) + "@" + n.String() }

// Title names it in reports.
func (m Method) Title() string { return cmp.Or(m.Words, m.Name) }

// String says what its attacks do, with their names if they are several, and which it does without.
func (m Method) String() string {
	var list []string
	for _, a := range m.Attacks {
		text := a.String()
		if len(m.Attacks)+len(m.without) > 1 {
			text = a.Name() + " " + text
		}
		list = append(list, text)
	}
	if text := m.Without(); text != "" {
		list = append(list, text)
	}
	return strings.Join(list, ", ")
}
