package nasbench201

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestClassesAreLabels(t *testing.T) {
	label := map[string]int{}
	for i := range Cells {
		c := fromIndex(i)
		l := c.Label()
		if n, ok := label[l]; ok && n != c.Class() {
			t.Fatalf("%s has label %s of class %d, but class %d", c.Arch(), l, n, c.Class())
		}
		label[l] = c.Class()
	}
	if len(label) != Classes {
		t.Errorf("%d labels, want %d", len(label), Classes)
	}
}

func TestMembersPartitionTheCells(t *testing.T) {
	var seen [Cells]bool
	n := benchmark(t).Network()
	for class := range Classes {
		members := Members(class)
		canonical := members[0].Canonical()
		for _, m := range members {
			if m.Class() != class || seen[m.Index()] {
				t.Fatalf("class %d: bad member %s", class, m.Arch())
			}
			seen[m.Index()] = true
			if n.Params(canonical) > n.Params(m) || n.FLOPs(canonical) > n.FLOPs(m) {
				t.Errorf("class %d: canonical %s is larger than member %s", class, canonical.Arch(), m.Arch())
			}
		}
		if canonical.Class() != class || canonical.Canonical() != canonical || benchmark(t).Class(class) != canonical.Arch() {
			t.Errorf("class %d: canonical %s", class, canonical.Arch())
		}
	}
	for i, ok := range seen {
		if !ok {
			t.Fatalf("cell %d is in no class", i)
		}
	}
}

func TestLabelRules(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b Cell
		same bool
	}{
		{"nodes 1 and 2 swapped: only node 2 has an edge without operation", Cell{Conv3x3, Skip, None, None, Pool, Conv1x1}, Cell{Skip, Conv3x3, None, None, Conv1x1, Pool}, false},
		{"the shared result of a convolution and two convolutions", Cell{Conv1x1, None, Conv1x1, None, Skip, Skip}, Cell{Conv1x1, None, None, Conv1x1, Conv1x1, Skip}, true},
		{"an edge out of a dead node 1", Cell{None, Skip, Conv3x3, None, Pool, Skip}, Cell{None, Skip, None, None, None, Skip}, true},
		{"an edge into a node that leads nowhere", Cell{Skip, Conv3x3, Pool, None, Skip, None}, Cell{Skip, None, None, None, Skip, None}, true},
		{"node 2 without input is not dead", Cell{None, None, None, Skip, None, Conv3x3}, Cell{None, None, None, Skip, None, None}, false},
		{"another operation", Cell{Conv3x3, None, None, None, Skip, None}, Cell{Conv1x1, None, None, None, Skip, None}, false},
	} {
		if got := c.a.Label() == c.b.Label(); got != c.same {
			t.Errorf("%s: same label is %v: %s and %s", c.name, got, c.a.Label(), c.b.Label())
		}
		if got := c.a.Class() == c.b.Class(); got != c.same {
			t.Errorf("%s: same class is %v", c.name, got)
		}
	}
}

// TestIsomorphicCellsComputeTheSame compares, with numbers in place of images, what cells compute.
func TestIsomorphicCellsComputeTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cells.Draw(t, "cell")
		if a, b := compute(c), compute(c.Canonical()); math.Abs(a-b) > 1e-9*math.Abs(a) {
			t.Fatalf("%s gives %v, its canonical %s gives %v", c.Arch(), a, c.Canonical().Arch(), b)
		}
	})
}

func compute(c Cell) float64 {
	f := [Ops]func(float64) float64{
		None:    func(float64) float64 { return 0 },
		Skip:    func(x float64) float64 { return x },
		Conv1x1: func(x float64) float64 { return math.Sin(3 * x) },
		Conv3x3: func(x float64) float64 { return x*x*0.7 - 0.3*x },
		Pool:    func(x float64) float64 { return math.Tanh(x) },
	}
	node := [Nodes]float64{0: 0.8}
	for i, e := range edges {
		node[e.To] += f[c[i]](node[e.From])
	}
	return node[Nodes-1]
}

func TestLivePathsAndDepth(t *testing.T) {
	for _, c := range []struct {
		cell                     Cell
		live, depth, paths, skip int
	}{
		{Cell{}, 0, 0, 0, 0},
		{Cell{None, None, None, Skip, None, None}, 1, 1, 1, 1},
		{Cell{Conv3x3, None, None, None, None, Skip}, 0, 0, 0, 0},
		{Cell{Conv3x3, None, Conv1x1, None, None, Skip}, 3, 3, 1, 0},
		{Cell{Skip, Skip, Skip, Skip, Skip, Skip}, 6, 3, 4, 4},
		{Cell{Conv3x3, Pool, None, None, Skip, None}, 2, 2, 1, 0},
		{Cell{Skip, Skip, Pool, Conv1x1, Skip, Skip}, 6, 3, 4, 2},
	} {
		if got := c.cell.LiveEdges(); got != c.live {
			t.Errorf("%s: %d live edges, want %d", c.cell.Arch(), got, c.live)
		}
		if got := c.cell.Depth(); got != c.depth {
			t.Errorf("%s: depth %d, want %d", c.cell.Arch(), got, c.depth)
		}
		if paths, skip := c.cell.LivePaths(), c.cell.SkipPaths(); paths != c.paths || skip != c.skip {
			t.Errorf("%s: %d live paths, %d of skips, want %d and %d", c.cell.Arch(), paths, skip, c.paths, c.skip)
		}
	}
}

func BenchmarkBuildClasses(b *testing.B) {
	for b.Loop() {
		partitionCells()
	}
}
