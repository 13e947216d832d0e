package robustness

// Kind is what an attack knows of the model.
type Kind int

// The kinds of attack.
const (
	Other      Kind = iota // not judged
	SingleStep             // one gradient
	Gradient               // many gradients
	BlackBox               // logits only
)

// kindOf returns what an attack says of itself.
func kindOf(a Attack) Kind {
	if k, ok := a.(interface{ Kind() Kind }); ok {
		return k.Kind()
	}
	return Other
}

// Warning says that a result may be better than the truth: gradients that lead nowhere hide adversarial examples
// (Athalye, Carlini and Wagner, ICML 2018; Carlini et al., 2019, section 5).
type Warning struct {
	Threat Threat
	Text   string
}

func warnings(r *Report) []Warning { return nil }
