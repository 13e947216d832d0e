package external

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// protocol is the version of what programs are told.
const protocol = 1

// trial is what a program is told of one: all that a measurement follows from, and where it is made.
type trial struct {
	Protocol int        `json:"protocol"`
	Arch     space.Arch `json:"arch"`
	Class    space.Arch `json:"class"`            // the member that stands for all that are one network
	Index    *int       `json:"index,omitempty"`  // the number that a space gives the architecture
	Edges    []edge     `json:"edges,omitempty"`  // of a cell of NAS-Bench-201
	Choices  []choice   `json:"choices,omitzero"` // in a space of parameters
	Fidelity float64    `json:"fidelity"`         // share of the full training
	Seed     uint64     `json:"seed"`
	Metrics  []told     `json:"metrics"`

	Attempt int    `json:"attempt"` // from 1
	Worker  int    `json:"worker"`  // from 0: no other trial has the number at the same time
	Slot    string `json:"slot,omitempty"`
	Folder  string `json:"folder"` // of the trial's own, the same in all attempts
}

// edge is an operation with the nodes that it joins, as a list.
type edge [3]any

// choice is what is at a place of an architecture.
type choice struct {
	Parameter string `json:"parameter"`
	Choice    string `json:"choice"`
}

// told is a metric as a program is told it.
type told struct {
	Name string `json:"name"` // by which its value is asked for: "pgd_acc@8/255"
	Base string `json:"base"` // without its setting: "pgd_acc"
	Goal string `json:"goal"` // max or min

	Norm     string  `json:"norm,omitempty"`     // of an attack: Linf or L2
	Eps      string  `json:"eps,omitempty"`      // as a text: "8/255", or under L2 the radius
	EpsValue float64 `json:"eps_value,omitzero"` // with pixels in [0,1]
	Severity int     `json:"severity,omitzero"`  // of a corruption
	MeanOf   int     `json:"mean_of,omitzero"`   // values
	Setting  string  `json:"setting,omitempty"`  // whatever it is, behind the @
}

// hello is the first line that a program reads which stays.
type hello struct {
	Type     string `json:"type"`
	Protocol int    `json:"protocol"`
	Metrics  []told `json:"metrics"`
	Worker   int    `json:"worker"`
	Slot     string `json:"slot,omitempty"`
}

func tell(metrics []objective.Metric) []told {
	all := make([]told, len(metrics))
	for i, m := range metrics {
		s := m.Setting
		t := told{Name: m.Key(), Base: m.Name, Goal: m.Goal.String(), MeanOf: s.MeanOf, Setting: s.Key()}
		t.Severity = max(s.Severity, 0)
		if s.Eps != 0 {
			t.Norm, t.Eps, t.EpsValue = s.Norm.String(), s.Eps.String(), s.Threat().Eps
			if _, radius, ok := strings.Cut(s.Key(), ":"); ok {
				t.Eps = radius
			}
		}
		all[i] = t
	}
	return all
}

// newTrial tells a request, but for where it is measured.
func newTrial(s space.Space, metrics []told, q objective.Request) trial {
	t := trial{
		Protocol: protocol, Arch: q.Arch, Class: space.Canonical(s, q.Arch), Fidelity: q.Fidelity, Seed: q.Seed,
		Metrics: metrics, Attempt: 1,
	}
	whole := space.Whole(s)
	if of, ok := whole.(space.Indexer); ok {
		index := of.Index(q.Arch)
		t.Index = &index
	}
	if _, cells := whole.(nasbench201.Space); cells {
		if c, err := nasbench201.Parse(q.Arch); err == nil {
			for i, op := range c {
				from, to := nasbench201.Ends(i)
				t.Edges = append(t.Edges, edge{op.String(), from, to})
			}
		}
		return t
	}
	if of, ok := whole.(space.Parametric); ok {
		for i, p := range of.Parameters() {
			t.Choices = append(t.Choices, choice{p.Name, p.Choices[of.Choices(q.Arch)[i]]})
		}
	}
	return t
}

// encode returns a message of ours, of which all can be written.
func encode(message any) []byte {
	text, err := json.Marshal(message, json.Deterministic(true))
	if err != nil {
		panic(fmt.Sprintf("external: %T: %v", message, err))
	}
	return text
}
