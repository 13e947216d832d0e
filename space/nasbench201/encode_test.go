package nasbench201

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestEncodings(t *testing.T) {
	c := Cell{Conv3x3, None, Skip, Pool, None, Conv1x1}
	if diff := cmp.Diff([]float64{3, 0, 1, 4, 0, 2}, c.EdgeIndices()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]float64{2, 1, 1, 1, 1}, c.OpCounts()); diff != "" {
		t.Error(diff)
	}
	rapid.Check(t, func(t *rapid.T) {
		c := cells.Draw(t, "cell")
		x := c.OneHot()
		for e, op := range c {
			for o := range Ops {
				if want := float64(count(op == Op(o))); x[e*Ops+o] != want {
					t.Fatalf("edge %d of %v: column %d is %v, want %v", e, c, o, x[e*Ops+o], want)
				}
			}
		}
	})
}

func TestPathEncoding(t *testing.T) {
	c := Cell{Conv3x3, None, Skip, Pool, None, Conv1x1}
	want := make([]float64, PathColumns)
	want[Pool] = 1                             // 0-3
	want[5+3+5*0] = 1                          // 0-1-3: 3x3, none
	want[5+0+5*2] = 1                          // 0-2-3: none, 1x1
	want[30+int(Conv3x3)+5*int(Skip)+25*2] = 1 // 0-1-2-3: 3x3, skip, 1x1
	if diff := cmp.Diff(want, c.PathEncoding()); diff != "" {
		t.Error(diff)
	}
}

// dist is the distance of two cells in a term, by name.
func dist(t testing.TB, s Space, a, b Cell) map[string]float64 {
	t.Helper()
	x, y := s.View(a.Arch()), s.View(b.Arch())
	d, at := map[string]float64{}, 0
	for _, v := range s.Views() {
		for _, term := range v.Terms {
			for i := at; i < at+term.Columns; i++ {
				d[v.Name+" "+term.Name] += math.Abs(x[i] - y[i])
			}
			at += term.Columns
		}
	}
	if at != len(x) || len(x) != len(y) {
		t.Fatalf("views describe %d columns, there are %d and %d", at, len(x), len(y))
	}
	return d
}

func TestViewsIgnoreDeadEdges(t *testing.T) {
	s := benchmark(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := cells.Draw(rt, "cell")
		for name, d := range dist(t, s, c, c.Live()) {
			if d != 0 {
				rt.Fatalf("%s and its live part are %v apart in %s", c.Arch(), d, name)
			}
		}
	})
}

func TestViewsMeasureWhatTheySay(t *testing.T) {
	s := benchmark(t)
	a := Cell{Conv3x3, None, None, Skip, Pool, None}       // paths: skip; 3x3-pool
	b := Cell{Conv3x3, Conv1x1, None, None, Skip, Conv1x1} // paths: 3x3; 1x1-1x1
	got := dist(t, s, a, b)
	want := map[string]float64{
		"edges 0->1": 0, "edges 0->2": 1, "edges 1->2": 0, "edges 0->3": 1, "edges 1->3": 1, "edges 2->3": 1,
		"paths skips": 0, "paths 1x1 convolutions": 1, "paths 3x3 convolutions": 0, "paths pools": .5,
		"paths most convolutions on a path": .5, "paths fewest convolutions on a path": .5,
		"paths most spatial operations on a path": .5, "paths fewest spatial operations on a path": 0,
		"paths live paths": 0, "paths a path of skips only": .5, "paths most pools on a path": .5, "paths fewest pools on a path": 0,
		"paths paths without convolution": .5, "paths sequences of operations": 2,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// The fewest pools on a path tell whether the input gets around all of them.
func TestViewsTellWhetherEveryPathHasAPool(t *testing.T) {
	s := benchmark(t)
	for _, c := range []struct {
		cell Cell
		want float64 // pools, halved
	}{
		{Cell{}, 0}, // no path
		{Cell{None, None, None, Pool, None, None}, .5},
		{Cell{Pool, None, None, Skip, Pool, None}, 0},        // paths: skip; pool-pool
		{Cell{Pool, None, None, None, Pool, None}, 1},        // pool-pool
		{Cell{Pool, None, Pool, None, None, Pool}, 1.5},      // pool-pool-pool
		{Cell{Conv3x3, None, Pool, Pool, None, Conv3x3}, .5}, // pool; 3x3-pool-3x3
		{Cell{Pool, Conv1x1, Conv3x3, None, Pool, None}, 1},  // pool-pool, as the rest is dead
		{Cell{Pool, Conv1x1, Conv3x3, None, Pool, Skip}, 0},  // pool-pool; 1x1; pool-3x3
		{Cell{Pool, Pool, Conv3x3, Pool, Pool, Conv1x1}, .5}, // pool; pool-pool; pool-1x1; pool-3x3-1x1
		{Cell{Skip, Skip, Skip, Skip, Skip, Skip}, 0},        // skips
	} {
		const name = "paths fewest pools on a path"
		if got := dist(t, s, c.cell, Cell{})[name]; got != c.want {
			t.Errorf("%s: %v, want %v", c.cell.Arch(), got, c.want)
		}
	}
}

func TestParametersSpellTheCell(t *testing.T) {
	parameters := Space{}.Parameters()
	for i := 0; i < Cells; i += 97 {
		c := fromIndex(i)
		for e, choice := range (Space{}).Choices(c.Arch()) {
			p := parameters[e]
			if want := fmt.Sprintf("%d<-%d", edges[e].To, edges[e].From); p.Name != want || p.Choices[choice] != c[e].String() {
				t.Fatalf("cell %d, edge %d: %s is %s, want %s is %s", i, e, p.Name, p.Choices[choice], want, c[e])
			}
		}
	}
}
