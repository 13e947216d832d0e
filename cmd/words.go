package cmd

import (
	"strings"

	"github.com/nassearch/nassearch/objective"
)

// sourceWords names what was done to images, for a figure.
func sourceWords(source string) string {
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

// measureWords names what was measured, for a figure.
func measureWords(measure string) string {
	words := strings.ReplaceAll(measure, "_", " ")
	for short, long := range map[string]string{"acc": "accuracy", "conf": "confidence"} {
		if rest, ok := strings.CutSuffix(words, short); ok && (rest == "" || strings.HasSuffix(rest, " ")) {
			return rest + long
		}
	}
	return words
}

// axisLabel names a metric with its setting: "PGD accuracy, ε = 1/255".
func axisLabel(m objective.Metric) string {
	label := measureWords(m.Name)
	if i := strings.LastIndex(m.Name, "_"); i >= 0 {
		label = sourceWords(m.Name[:i]) + " " + measureWords(m.Name[i+1:])
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
