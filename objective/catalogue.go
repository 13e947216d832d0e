package objective

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/robustness/measure"
)

// Catalogue knows what a network can be asked: the names of metrics, what they mean, and what to call them in figures.
// It is a value: with more attacks, corruptions and measures it knows more metrics.
type Catalogue struct {
	Attacks     robustness.Catalogue
	Corruptions corruption.Catalogue
	Measures    measure.Catalogue
}

// Usual returns the catalogue with the program's own attacks, corruptions and measures.
func Usual() Catalogue {
	return Catalogue{robustness.Methods(), corruption.Corruptions(), measure.Measures()}
}

// MetricOf returns the metric of a measure.
func MetricOf(m measure.Measure) Metric {
	of := Metric{Name: m.Name}
	if m.Minimize {
		of.Goal = Minimize
	}
	return of
}

// StateOf returns the state of the weights that a measure is taken of where none is asked for.
func StateOf(m measure.Measure) State {
	if m.Needs.Trained {
		return Trained
	}
	return Initial
}

// Own returns a metric with the usual state of its weights left out, as there is but one metric of it: grad_norm for
// grad_norm@initial.
func (c Catalogue) Own(m Metric) Metric {
	if of, ok := c.Measures.Find(m.Name); ok && m.Setting == InState(StateOf(of)) {
		m.Setting = Setting{}
	}
	return m
}

// endings are what is told of images, by the ending of a metric's name; what comes before it is what was done to the
// images, such as pgd of pgd_acc.
var endings = []struct {
	form           *regexp.Regexp
	words, meaning string
}{
	{regexp.MustCompile(`_worst_class_acc$`), "worst class accuracy", "accuracy on the class with the lowest"},
	{
		regexp.MustCompile(`_class(<k>|\d+)_acc$`), "class $1 accuracy",
		"accuracy on the images of class k (clean_class3_acc ...)",
	},
	{regexp.MustCompile(`_acc$`), "accuracy", ""},
	{regexp.MustCompile(`_conf$`), "confidence", "mean confidence in the prediction (clean_conf, pgd_conf ...)"},
	{regexp.MustCompile(`_loss$`), "loss", "mean cross-entropy"},
}

// Split cuts a metric's name into what was done to the images and the words for what was measured: "pgd" and
// "accuracy". It is false for a metric of no images.
func Split(name string) (source, measure string, ok bool) {
	source, measure, _ = cut(name)
	return source, measure, source != ""
}

// cut is Split with what the measure means, where that does not depend on the source.
func cut(name string) (source, measure, meaning string) {
	for _, m := range endings {
		if at := m.form.FindStringSubmatchIndex(name); at != nil && at[0] > 0 {
			return name[:at[0]], string(m.form.ExpandString(nil, m.words, name, at)), m.meaning
		}
	}
	return "", "", ""
}

// others are metrics and sources of images that are no attack's and no corruption's, with their words, meanings and
// units.
var others = map[string]struct {
	words, meaning string
	unit           Unit
}{
	"clean_acc":      {meaning: "accuracy on images as they are"},
	"train_acc":      {meaning: "accuracy on the images that were trained on"},
	"mean_adv":       {words: "mean adversarial"},
	"mean_adv_acc":   {meaning: "mean over all attacks and eps, FGSM at 255/255 left out"},
	"certified":      {words: "certified"},
	"certified_acc":  {meaning: "accuracy that randomised smoothing certifies within an L2 radius"},
	"corruption_acc": {meaning: "mean over the 15 corruptions of CIFAR-10-C and 5 severities"},
	"params":         {"parameters", "trainable parameters", Millions},
	"flops":          {"FLOPs", "multiply-adds of one forward pass on one image", Millions},
}

// Unit is what people count a metric in.
type Unit int

// The units of metrics. What is not known of a metric is not guessed from the size of its values.
const (
	Plain    Unit = iota // numbers as they are
	Share                // accuracies and confidences, from 0 to 1
	Millions             // sizes of networks
)

// Unit returns what the metric is counted in.
func (m Metric) Unit() Unit {
	if _, measure, ok := Split(m.Name); ok && measure != "loss" {
		return Share
	}
	return others[m.Name].unit
}

// attack returns the method that a source of images is named after.
func (c Catalogue) attack(source string) (robustness.Method, bool) {
	for _, m := range c.Attacks {
		if m.Metric == source && source != "" {
			return m, true
		}
	}
	return robustness.Method{}, false
}

// IsAttack says whether a metric's name can only mean an accuracy at some eps.
func (c Catalogue) IsAttack(name string) bool {
	source, acc := strings.CutSuffix(name, "_acc")
	_, known := c.attack(source)
	return acc && known
}

// IsCorruption says whether a metric's name can only mean an accuracy at some severity, or a mean over severities.
func (c Catalogue) IsCorruption(name string) bool {
	source, acc := strings.CutSuffix(name, "_acc")
	return acc && slices.Contains(c.Corruptions.Names(), source)
}

// Meaning explains a metric for help; empty if nothing is known of it.
func (c Catalogue) Meaning(name string) string {
	if o, ok := others[name]; ok {
		return o.meaning
	}
	if m, ok := c.Measures.Find(name); ok {
		return m.Meaning
	}
	source, _, meaning := cut(name)
	attack, under := c.attack(source)
	switch {
	case source == "" || meaning != "":
		return meaning
	case under:
		return attack.Meaning
	}
	return "accuracy on images with " + strings.ReplaceAll(source, "_", " ")
}

// Source names what was done to images, for a figure.
func (c Catalogue) Source(source string) string {
	if m, ok := c.attack(source); ok {
		return m.Title()
	}
	if o, ok := others[source]; ok {
		return o.words
	}
	return strings.ReplaceAll(source, "_", " ")
}

// Label names a metric with its setting, for an axis: "PGD accuracy, ε = 1/255".
func (c Catalogue) Label(m Metric) string {
	label := strings.ReplaceAll(m.Name, "_", " ")
	if source, measure, ok := Split(m.Name); ok {
		label = c.Source(source) + " " + measure
	} else if o, ok := others[m.Name]; ok {
		label = o.words
	} else if of, ok := c.Measures.Find(m.Name); ok {
		label = cmp.Or(of.Words, label)
	}
	switch {
	case m.Setting.IsZero():
		return label
	case m.Setting.Eps != 0:
		return label + ", ε = " + m.Setting.String()
	}
	return label + ", " + m.Setting.String()
}
