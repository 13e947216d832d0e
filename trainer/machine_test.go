package trainer

import (
	"slices"
	"testing"

	G "gorgonia.org/gorgonia"
)

func TestMachineComputesWhatGorgoniasDoes(t *testing.T) {
	g := G.NewGraph()
	a, b := input(g, "a", []float32{1, 2, 3, 4}, 4), input(g, "b", []float32{5, -6, 7, -8}, 4)
	loss := G.Must(G.Sum(G.Must(G.HadamardProd(G.Must(G.Add(a, b)), a))))
	grads, err := G.Grad(loss, a, b)
	if err != nil {
		t.Fatal(err)
	}
	m, place, err := newMachine(g)
	if err != nil {
		t.Fatal(err)
	}
	read := func(v G.Value) []float32 {
		if n, ok := v.Data().(float32); ok {
			return []float32{n}
		}
		return slices.Clone(v.Data().([]float32))
	}
	nodes := append(G.Nodes{loss}, grads...)
	var got [2][][]float32 // of two runs
	for i := range got {
		if err := m.run(); err != nil {
			t.Fatal(err)
		}
		for _, n := range nodes {
			got[i] = append(got[i], read(m.values[place[n]]))
		}
	}
	tape := G.NewTapeMachine(g)
	defer tape.Close()
	if err := tape.RunAll(); err != nil {
		t.Fatal(err)
	}
	for i, n := range nodes {
		want := read(n.Value())
		for run := range got {
			if !slices.Equal(got[run][i], want) {
				t.Errorf("run %d, %v: %v, want %v", run, n, got[run][i], want)
			}
		}
	}
}
