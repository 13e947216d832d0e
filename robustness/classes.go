package robustness

import (
	"fmt"
	"slices"
	"strings"
)

// leastClasses is how many classes a model must have for an answer to be wrong.
const leastClasses = 2

// ClassesError reports a model with fewer classes than an attack can use.
type ClassesError struct {
	Attack     string
	Have, Want int
}

func (e *ClassesError) Error() string {
	text := fmt.Sprintf("attack %s needs at least %d classes: the model has %d", e.Attack, e.Want, e.Have)
	if e.Have < leastClasses {
		return text + ", and no answer of it can be wrong"
	}
	return text + "; pgd, apgd-ce, fab-t and square need 2, and aa leaves out what needs more"
}

// For returns the method as it is run on a model with so many classes, or a [*ClassesError] if the model has too few.
// A method of several attacks leaves out those that need more, as the authors of AutoAttack advise for its targeted
// ratio (fra31/auto-attack, issue 70), and one that tries classes one by one tries no more than there are.
func (m Method) For(classes int) (Method, error) {
	var able []Attack
	var lacking []*ClassesError
	for _, a := range m.Attacks {
		if want := max(leastClasses, traitsOf(a).Classes); classes < want {
			lacking = append(lacking, &ClassesError{a.Name(), classes, want})
			continue
		}
		if t, ok := a.(interface{ Among(classes int) Attack }); ok {
			a = t.Among(classes)
		}
		able = append(able, a)
	}
	if len(able) == 0 && len(lacking) > 0 {
		return m, lacking[0]
	}
	m.Attacks, m.without = able, append(slices.Clip(m.without), lacking...)
	if m.How != "" && len(lacking) > 0 {
		m.How += ", " + m.Without()
	}
	return m, nil
}

// Without says which attacks [Method.For] has left out, and why: "without apgd-t (needs 4 classes, not 3)"; empty if
// there are none.
func (m Method) Without() string {
	var list []string
	for _, e := range m.without {
		list = append(list, fmt.Sprintf("%s (needs %d classes, not %d)", e.Attack, e.Want, e.Have))
	}
	if list == nil {
		return ""
	}
	return "without " + strings.Join(list, ", ")
}

// Among tries no more classes than a model has besides the label.
func (a APGD) Among(classes int) Attack {
	if a.Objective == Targeted {
		a.Targets = min(a.Targets, classes-1)
	}
	return a
}

// Among tries no more classes than a model has besides the label.
func (a FAB) Among(classes int) Attack {
	a.Targets = min(a.Targets, classes-1)
	return a
}

// towards says to how many classes an attack goes.
func towards(targets int) string {
	if targets == 1 {
		return "one class"
	}
	return fmt.Sprintf("each of %d classes", targets)
}
