package robustness

import (
	"fmt"
	"strings"
)

// Methods returns the methods by name, with their authors' settings: fgsm, pgd, apgd-ce, apgd-dlr, apgd-t, fab-t, square,
// and aa, standard AutoAttack (Croce and Hein, ICML 2020): apgd-ce, apgd-t, fab-t and square in turn.
func Methods() []Method {
	var list []Method
	for _, a := range []Attack{
		FGSM(), DefaultPGD(), DefaultAPGD(CE), DefaultAPGD(Ratio), DefaultAPGD(Targeted), DefaultFAB(), DefaultSquare(),
	} {
		list = append(list, Method{Name: a.Name(), Attacks: []Attack{a}})
	}
	return append(list, Method{Name: "aa", Attacks: AutoAttack()})
}

// AutoAttack returns the attacks of the standard version of AutoAttack, in their order.
func AutoAttack() []Attack {
	return []Attack{DefaultAPGD(CE), DefaultAPGD(Targeted), DefaultFAB(), DefaultSquare()}
}

// MethodByName returns one of [Methods].
func MethodByName(name string) (Method, error) {
	var names []string
	for _, m := range Methods() {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Method{}, &ConfigError{"attack", fmt.Sprintf("%q", name), "one of " + strings.Join(names, " ")}
}
