// Package label names metrics on the axes of figures.
package label

import (
	"strings"

	"github.com/nassearch/nassearch/objective"
)

// Source names what was done to images, for a figure.
func Source(source string) string {
	switch source {
	case "fgsm", "pgd", "apgd":
		return strings.ToUpper(source)
	case "aa":
		return "AutoAttack"
	case "square":
		return "Square"
	case "mean_adv":
		return "mean adversarial"
	}
	return strings.ReplaceAll(source, "_", " ")
}

// Measure names what was measured, for a figure.
func Measure(measure string) string {
	words := strings.ReplaceAll(measure, "_", " ")
	for short, long := range map[string]string{"acc": "accuracy", "conf": "confidence"} {
		if rest, ok := strings.CutSuffix(words, short); ok && (rest == "" || strings.HasSuffix(rest, " ")) {
			return rest + long
		}
	}
	return words
}

// Axis names a metric with its setting: "PGD accuracy, ε = 1/255".
func Axis(m objective.Metric) string {
	label := Measure(m.Name)
	if i := strings.LastIndex(m.Name, "_"); i >= 0 {
		label = Source(m.Name[:i]) + " " + Measure(m.Name[i+1:])
	}
	switch {
	case m.Name == "params":
		label = "parameters"
	case m.Name == "flops":
		label = "FLOPs"
	case m.Setting.IsZero():
	case m.Setting.Eps != 0:
		label += ", ε = " + m.Setting.String()
	default:
		label += ", " + m.Setting.String()
	}
	return label
}
