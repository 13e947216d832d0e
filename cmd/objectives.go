package cmd

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/spf13/cobra"
)

func (a *app) objectivesCommand() *cobra.Command {
	l := newLiveFlags(a.methods)
	cmd := &cobra.Command{
		Use:   "objectives",
		Short: "List the metrics that can be searched for",
		Long: `objectives lists the metrics that --objective takes and what they mean; with --data, those that the table has,
with the settings that --eps and --severity may choose; with --backend live, those that training and attacking
networks measures, and how the preset does it.`,
		Example: "  nassearch objectives\n  nassearch objectives --data robustness-data\n  nassearch objectives --backend live --preset micro",
		Args:    usage.Args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			backend, err := a.backend(l)
			if err != nil {
				return err
			}
			if backend == liveBackend {
				return a.liveObjectives(cmd, l)
			}
			if a.given["eps"] {
				return usage.Mark(errors.New("--eps has no meaning with --backend table: all eps that a table has are listed"))
			}
			return a.objectives()
		},
	}
	cmd.Flags().String("backend", tableBackend, "who measures: table or live")
	cmd.Flags().String("eps", "", "with --backend live: size of the perturbation, such as 8/255 (default: the preset's)")
	for _, name := range []string{"preset", "samples", "pgd-steps", "pgd-step-size", "pgd-random-start", "pgd-restarts", "pgd-last-point"} {
		cmd.Flags().AddFlag(l.set.Lookup(name))
	}
	must(cmd.RegisterFlagCompletionFunc("backend", cobra.FixedCompletions(backends, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// meanings explain metrics, in the order of the list.
var meanings = []struct{ name, goal, meaning string }{
	{"clean_acc", "max", "accuracy on images as they are"},
	{"train_acc", "max", "accuracy on the images that were trained on"},
	{"fgsm_acc", "max", "accuracy under FGSM, one gradient step of size eps"},
	{"pgd_acc", "max", "accuracy under PGD, projected gradient steps within eps"},
	{"apgd_acc", "max", "accuracy under APGD, PGD with adaptive steps"},
	{"square_acc", "max", "accuracy under Square, a black-box random search"},
	{"aa_acc", "max", "accuracy under AutoAttack, the worst case of several attacks"},
	{"mean_adv_acc", "max", "mean over all attacks and eps, FGSM at 255/255 left out"},
	{"<corruption>_acc", "max", "accuracy on corrupted images (fog_acc, snow_acc ...), at a severity or the mean of five"},
	{"corruption_acc", "max", "mean over 15 corruptions and 5 severities"},
	{"<source>_conf", "max", "mean confidence in the prediction (clean_conf, pgd_conf ...)"},
	{"<source>_loss", "min", "mean cross-entropy"},
	{"<source>_class<k>_acc", "max", "accuracy on the images of class k (clean_class3_acc ...)"},
	{"<source>_worst_class_acc", "max", "accuracy on the class with the lowest"},
	{"params", "min", "trainable parameters"},
	{"flops", "min", "multiply-adds of one forward pass on one image"},
}

// objectiveJSON is a metric for programs.
type objectiveJSON struct {
	Name       string   `json:"name"`
	Goal       string   `json:"goal"`
	Meaning    string   `json:"meaning"`
	Eps        []string `json:"eps,omitempty"`
	Severities []int    `json:"severities,omitempty"`
	Available  *bool    `json:"available,omitempty"` // in the table
	How        string   `json:"how,omitempty"`       // it is measured live
}

func (a *app) objectives() error {
	t, _, err := a.openTable()
	if err != nil {
		return err
	}
	rows := [][]string{{"metric", "goal", "eps (/255) or severity", "meaning"}}
	var all []objectiveJSON
	for _, m := range t.Metrics() {
		available := m.Missing == nil
		j := objectiveJSON{Name: m.Metric.Name, Goal: m.Metric.Goal.String(), Meaning: meaning(m.Metric.Name), Available: &available}
		var at []string
		for _, s := range m.Attacks() {
			j.Eps = append(j.Eps, s.String())
			at = append(at, strings.TrimSuffix(s.Key(), "/255"))
		}
		for _, s := range m.Severities() {
			j.Severities = append(j.Severities, s.Severity)
			at = append(at, strconv.Itoa(s.Severity))
		}
		note := strings.Join(at, " ")
		if !available {
			note = "(missing: " + m.Missing.File + ")"
		}
		all = append(all, j)
		rows = append(rows, []string{j.Name, j.Goal, note, j.Meaning})
	}
	return a.listOf(t, rows, all)
}

// liveObjectives lists what training and attacking measures.
func (a *app) liveObjectives(cmd *cobra.Command, l *liveFlags) error {
	p, err := l.protocol.Protocol(cmd.Flags())
	if err == nil {
		p.Eps, err = a.eps(p.Eps)
	}
	if err != nil {
		return err
	}
	rows := [][]string{{"metric", "goal", "eps", "how", "meaning"}}
	var all []objectiveJSON
	for _, q := range live.Quantities(l.protocol.Methods) {
		setup, _ := live.SetupOf(q, p)
		for _, m := range q.Metrics(p) {
			j := objectiveJSON{Name: m.Name, Goal: m.Goal.String(), Meaning: cmp.Or(setup.Meaning, meaning(m.Name)), How: setup.How}
			if m.Setting.Eps != 0 {
				j.Eps = []string{m.Setting.String()}
			}
			all = append(all, j)
			rows = append(rows, []string{j.Name, j.Goal, m.Setting.String(), j.How, j.Meaning})
		}
	}
	return a.list(rows, all)
}

// meaning finds the explanation of a metric: its own, or that of its kind.
func meaning(name string) string {
	for _, m := range meanings {
		if m.name == name {
			return m.meaning
		}
	}
	for _, kind := range []string{"_worst_class_acc", "_class<k>_acc", "_conf", "_loss"} {
		if strings.HasSuffix(name, kind) {
			return meaning("<source>" + kind)
		}
	}
	if source, ok := strings.CutSuffix(name, "_acc"); ok && source != "" {
		return "accuracy on images with " + strings.ReplaceAll(source, "_", " ")
	}
	return ""
}
