package leaderboard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/leaderboard"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// attacked is what 'nassearch attack -o json' tells of a network.
type attacked struct {
	Arch     space.Arch `json:"arch"`
	Weights  string     `json:"weights"`
	Channels int        `json:"channels"`
	Cells    int        `json:"cells"`
	Params   float64    `json:"params"`
	Image    int        `json:"image"`
	Inputs   int        `json:"image_channels"`
	Classes  []string   `json:"classes"`
	Dataset  string     `json:"dataset"`
	Part     string     `json:"part"`
	Samples  int        `json:"samples"`
	Norm     string     `json:"norm"`
	Clean    *float64   `json:"clean_acc"`
	Attacks  []struct {
		Name string  `json:"name"`
		Eps  string  `json:"eps"`
		Acc  float64 `json:"acc"`
	} `json:"attacks"`
	Worst []struct {
		Eps string  `json:"eps"`
		Acc float64 `json:"acc"`
	} `json:"worst"`
	Corruptions []struct {
		Name string  `json:"name"`
		Acc  float64 `json:"acc"`
	} `json:"corruptions"` // at each severity
	CorruptionAcc *float64 `json:"corruption_acc"`

	file   string
	cell   nasbench201.Cell
	within []ball
}

// readAll reads the results of files, of which each may have several.
func readAll(known objective.Catalogue, paths []string) (all []attacked, err error) {
	for _, path := range paths {
		some, err := read(known, path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, some...)
	}
	return all, nil
}

var errNoResult = errors.New("no result of an attack: want what 'nassearch attack WEIGHTS -o json' prints, in a file")

func read(known objective.Catalogue, path string) (all []attacked, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	defer f.Close()
	for in := json.NewDecoder(f); ; {
		a := attacked{file: path}
		if err := in.Decode(&a); err == io.EOF && len(all) > 0 {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("%w (%v)", errNoResult, err)
		}
		if a.Arch == "" || a.Clean == nil || a.Attacks == nil || a.Channels < 1 || a.Cells < 1 {
			return nil, errNoResult
		}
		if a.cell, err = nasbench201.Parse(a.Arch); err != nil {
			return nil, err
		}
		if a.within, err = a.balls(known); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
}

// network says what the result is of, without its values.
func (a attacked) network(names space.Names) leaderboard.Network {
	net := nasbench201.Network{
		Channels: a.Channels, Depth: a.Cells, Classes: len(a.Classes), Image: a.Image, Inputs: a.Inputs,
	}
	return leaderboard.Network{
		Own: a.name(), Arch: a.Arch, Named: names.Of(a.Arch), Clean: a.Clean,
		Params: &a.Params, FLOPs: new(float64(net.FLOPs(a.cell))), Values: map[string]float64{},
	}
}

// name is what the network is called: the file of its weights, or else of the result.
func (a attacked) name() string {
	if a.Weights != "" {
		return a.Weights
	}
	return a.file
}

// under returns a network as it stands under a threat, or nothing if nobody has measured that.
func (a attacked) under(t leaderboard.Threat, names space.Names) *leaderboard.Network {
	n := a.network(names)
	if t.Corrupts() {
		if !a.corrupted(t, &n) {
			return nil
		}
		return &n
	}
	i := slices.IndexFunc(a.within, func(b ball) bool { return t.Of(b.setting) })
	if i < 0 {
		return nil
	}
	n.Worst = &a.within[i].worst
	for _, u := range a.within[i].under {
		n.Values[u.metric.Name] = u.acc
	}
	return &n
}

// corrupted fills in what a network has under corruptions. It is false if its mean is not over those of the table.
func (a attacked) corrupted(t leaderboard.Threat, n *leaderboard.Network) bool {
	all := a.spoilt()
	sum, found := 0., 0
	for _, u := range all {
		n.Values[u.metric.Name] = u.acc
		if n.Worst == nil || u.acc < *n.Worst {
			n.Worst = new(u.acc)
		}
		if slices.ContainsFunc(t.Metrics, func(m objective.Metric) bool { return m.Name == u.metric.Name }) {
			sum, found = sum+u.acc, found+1
		}
	}
	switch {
	case a.CorruptionAcc != nil && (t.Mean != nil || len(t.Metrics) == 0):
		n.Mean = a.CorruptionAcc
	case t.Mean == nil && found > 0 && found == len(t.Metrics):
		n.Mean = new(sum / float64(found))
	}
	return n.Mean != nil
}

// balls returns what the network withstands within balls, by their settings in order.
func (a attacked) balls(known objective.Catalogue) (all []ball, err error) {
	norm, err := robustness.ParseNorm(a.Norm)
	if err != nil && len(a.Attacks) > 0 {
		return nil, err
	}
	for _, w := range a.Worst {
		s, err := objective.ParseThreatIn(norm, w.Eps)
		if err != nil {
			return nil, fmt.Errorf("eps: %w", err)
		}
		b := ball{setting: s, worst: w.Acc}
		for _, r := range a.Attacks {
			if r.Eps == w.Eps {
				b.under = append(b.under, under{objective.Metric{Name: metricName(known, r.Name), Setting: s}, r.Acc})
			}
		}
		all = append(all, b)
	}
	return all, nil
}

// ball is what a network withstands at a setting: the worst case image by image, and accuracies under each attack.
type ball struct {
	setting objective.Setting
	worst   float64
	under   []under
}

type under struct {
	metric objective.Metric
	acc    float64
}

// metricName is that of the accuracy under an attack: "apgd_acc" for apgd-ce.
func metricName(known objective.Catalogue, attack string) string {
	if m, err := known.Attacks.Named(attack); err == nil && m.Metric != "" {
		attack = m.Metric
	}
	return attack + "_acc"
}

// spoilt returns the means over severities of corruptions of which all were measured, and their mean if that is what
// the result has.
func (a attacked) spoilt() []under {
	var all []under
	severities := map[string]int{}
	for _, c := range a.Corruptions {
		name := c.Name + "_acc"
		i := slices.IndexFunc(all, func(u under) bool { return u.metric.Name == name })
		if i < 0 {
			all, i = append(all, under{metric: objective.Metric{Name: name}}), len(all)
		}
		all[i].acc += c.Acc
		severities[name]++
	}
	for i := range all {
		all[i].acc /= float64(severities[all[i].metric.Name])
	}
	return slices.DeleteFunc(all, func(u under) bool { return severities[u.metric.Name] != corruption.Severities })
}

// about says in a line what the result is of.
func (a attacked) about() string {
	var attacks []string
	for _, r := range a.Attacks {
		if !slices.Contains(attacks, r.Name) {
			attacks = append(attacks, r.Name)
		}
	}
	return fmt.Sprintf("%s: C=%d N=%d, %s, the %s images' first %d, attacks %s", a.name(), a.Channels, a.Cells, a.Dataset,
		a.Part, a.Samples, strings.Join(attacks, " "))
}
