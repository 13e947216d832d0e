package design

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/internal/stats"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Group is classes whose representatives have networks of equal size.
type Group struct {
	Conv3x3 *int    `json:"conv3x3"` // 3x3 convolutions in a cell; nil in another space than NAS-Bench-201
	Conv1x1 *int    `json:"conv1x1"`
	Params  *int64  `json:"params"` // nil if the space tells none
	Classes int     `json:"classes"`
	Min     float64 `json:"min"`
	Q1      float64 `json:"q1"`
	Median  float64 `json:"median"`
	Q3      float64 `json:"q3"`
	Max     float64 `json:"max"`
	StdDev  float64 `json:"std_dev"`
	Best    Cell    `json:"best"`
	Worst   Cell    `json:"worst"`
	// Top is how many are best: so many as are asked for, and those that are as good as the last of them. 0 if there is
	// nothing to set them against.
	Top    int     `json:"top"`
	Traits []Trait `json:"traits"` // that differ between classes, most different first
	Note   string  `json:"note,omitempty"`

	Values  []float64 `json:"-"` // of all classes, best first
	classes []int
	size    int
}

// Cell is a class with its value, by its representative.
type Cell struct {
	Arch space.Arch `json:"arch"`
	space.Named
	Value float64 `json:"value"`
}

// Name is the cell's shortest one, see [space.Named.Short].
func (c Cell) Name() string { return c.Short(c.Arch) }

// Spread is from the worst to the best.
func (g Group) Spread() float64 { return g.Max - g.Min }

// Name says what the group's networks have in common.
func (g Group) Name() string {
	switch {
	case g.Conv3x3 != nil:
		return fmt.Sprintf("%d 3x3 + %d 1x1", *g.Conv3x3, *g.Conv1x1)
	case g.Params != nil:
		return strconv.FormatInt(*g.Params, 10) + " parameters"
	}
	return "all"
}

// sizeOf returns a number by which architectures of equal size are known: of cells how many convolutions of either kind
// there are, else that of parameters. It is false if the space tells none.
func (a *analysis) sizeOf(arch space.Arch) (int, bool) {
	if a.result.cells {
		three, one := a.convolutions(arch)
		return three*(nasbench201.Edges+1) + one, true
	}
	if sizer, ok := a.Space.(space.Sizer); ok {
		return int(sizer.Params(arch)), true
	}
	return 0, false
}

// convolutions counts those of a cell.
func (a *analysis) convolutions(arch space.Arch) (three, one int) {
	for _, op := range a.space.Choices(arch) {
		switch nasbench201.Op(op) {
		case nasbench201.Conv3x3:
			three++
		case nasbench201.Conv1x1:
			one++
		}
	}
	return three, one
}

// groups describes networks of equal size.
func (a *analysis) groups() error {
	bySize := map[int]*Group{}
	var list []*Group
	for _, class := range a.classes {
		size, ok := a.sizeOf(a.Represents(class))
		if !ok {
			return nil
		}
		g := bySize[size]
		if g == nil {
			g = &Group{size: size, Traits: []Trait{}}
			bySize[size] = g
			list = append(list, g)
		}
		g.classes = append(g.classes, class)
	}
	slices.SortFunc(list, func(x, y *Group) int { return cmp.Compare(x.size, y.size) })
	for _, g := range list {
		if err := a.describe(g); err != nil {
			return err
		}
		a.result.Groups = append(a.result.Groups, *g)
	}
	return a.correctTraits()
}

// describe fills in what a group is.
func (a *analysis) describe(g *Group) error {
	goal := a.Metric.Goal
	slices.SortStableFunc(g.classes, func(x, y int) int { return goal.Compare(a.Values[x], a.Values[y]) })
	values := make([]float64, len(g.classes))
	for i, class := range g.classes {
		values[i] = a.Values[class]
	}
	g.Values = values
	d, err := stats.Describe(values)
	if err != nil {
		return err
	}
	g.Classes, g.Min, g.Q1, g.Median, g.Q3, g.Max, g.StdDev = d.N, d.Min, d.Q1, d.Median, d.Q3, d.Max, d.StdDev
	g.Best, g.Worst = a.cell(g.classes[0]), a.cell(g.classes[d.N-1])
	arch := a.Represents(g.classes[0])
	if a.result.cells {
		three, one := a.convolutions(arch)
		g.Conv3x3, g.Conv1x1 = &three, &one
	}
	if sizer, ok := a.Space.(space.Sizer); ok {
		params := sizer.Params(arch)
		g.Params = &params
	}
	return a.traits(g, values)
}

func (a *analysis) cell(class int) Cell {
	arch := a.Represents(class)
	return Cell{Arch: arch, Named: a.Names.Of(arch), Value: a.Values[class]}
}
