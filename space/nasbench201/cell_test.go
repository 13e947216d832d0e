package nasbench201

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

// cells draws cells.
var cells = rapid.Map(rapid.IntRange(0, Cells-1), fromIndex)

const example = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|none~1|nor_conv_1x1~2|"

func TestParseInvertsArch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cells.Draw(t, "cell")
		got, err := Parse(c.Arch())
		if err != nil || got != c {
			t.Fatalf("Parse(%s) = %v, %v", c.Arch(), got, err)
		}
	})
	c, err := Parse(example)
	if want := (Cell{Conv3x3, None, Skip, Pool, None, Conv1x1}); err != nil || c != want {
		t.Errorf("Parse(example) = %v, %v; want %v", c, err, want)
	}
}

func TestParseNamesPositionAndExpectation(t *testing.T) {
	for _, c := range []struct {
		text string
		pos  int
		want string
	}{
		{"", 0, `"|"`},
		{"nor_conv_3x3", 0, `"|"`},
		{"|nor_conv_5x5~0|", 1, "one of none, "},
		{"|nor_conv_3x3~1|", 14, `"0"`},
		{strings.Replace(example, "|+|none", "|none", 1), 16, `"+|"`},
		{strings.Replace(example, "skip_connect~1", "skip_connect~0", 1), 38, `"1"`},
		{example[:len(example)-1], len(example) - 1, `"|"`},
		{example + "x", len(example), "nothing more"},
		{example[:20], 18, "one of none, "},
		{strings.ToUpper(example), 1, "one of none, "},
	} {
		_, err := Parse(space.Arch(c.text))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q): error %v is no SyntaxError", c.text, err)
			continue
		}
		if syntax.Pos != c.pos || !strings.Contains(syntax.Want, c.want) {
			t.Errorf("Parse(%q): %v; want position %d and %s", c.text, err, c.pos, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(example)
	f.Add("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")
	f.Add("|nor_conv_~0|")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(space.Arch(s))
		if err == nil && string(c.Arch()) != s {
			t.Errorf("%q was read as %s", s, c.Arch())
		}
		if err != nil && err.Error() == "" {
			t.Error("error without a text")
		}
	})
}

func TestIndexIsBaseFive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := rapid.IntRange(0, Cells-1).Draw(t, "index")
		c, err := FromIndex(i)
		if err != nil || c.Index() != i {
			t.Fatalf("FromIndex(%d) = %v, %v with index %d", i, c, err, c.Index())
		}
	})
	if got := (Cell{Skip, None, None, None, None, Conv1x1}).Index(); got != 3125+2 {
		t.Errorf("index %d, want 3127: the first edge is the most significant", got)
	}
	for _, i := range []int{-1, Cells} {
		if _, err := FromIndex(i); err == nil {
			t.Errorf("FromIndex(%d): no error", i)
		}
	}
}

func TestMutateChangesOneEdge(t *testing.T) {
	s := benchmark(t)
	rapid.Check(t, func(t *rapid.T) {
		c := cells.Draw(t, "cell")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		m := s.Mutate(r, c.Arch())
		if !slices.Contains(s.Neighbors(c.Arch()), m) {
			t.Fatalf("%s became %s: no neighbour", c.Arch(), m)
		}
	})
}

func TestMutateReachesEveryNeighbour(t *testing.T) {
	s, r, seen := benchmark(t), rand.New(rand.NewPCG(1, 2)), map[space.Arch]int{}
	const n = 24000
	for range n {
		seen[s.Mutate(r, example)]++
	}
	for _, a := range s.Neighbors(example) { // 1,000 expected, standard deviation 31
		if seen[a] < 850 || seen[a] > 1150 {
			t.Errorf("%s came %d times in %d, want about %d", a, seen[a], n, n/24)
		}
	}
}

func TestNeighboursAreTwentyFourAndMutual(t *testing.T) {
	s := benchmark(t)
	rapid.Check(t, func(t *rapid.T) {
		a := cells.Draw(t, "cell").Arch()
		near := s.Neighbors(a)
		distinct := map[space.Arch]bool{}
		for _, n := range near {
			distinct[n] = true
			if !slices.Contains(s.Neighbors(n), a) {
				t.Fatalf("%s is a neighbour of %s, not the reverse", n, a)
			}
		}
		if len(distinct) != 24 || distinct[a] {
			t.Fatalf("%d distinct neighbours of %s", len(distinct), a)
		}
	})
}

func TestCrossTakesEveryEdgeFromAParent(t *testing.T) {
	s := benchmark(t)
	rapid.Check(t, func(t *rapid.T) {
		a, b := cells.Draw(t, "a"), cells.Draw(t, "b")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		child := mustParse(s.Cross(r, a.Arch(), b.Arch()))
		for e, op := range child {
			if op != a[e] && op != b[e] {
				t.Fatalf("edge %d of %v is neither %v's nor %v's", e, child, a, b)
			}
		}
	})
}

func TestSampleIsUniformOverTexts(t *testing.T) {
	s, r := benchmark(t), rand.New(rand.NewPCG(3, 4))
	var counts [Edges][Ops]int
	const n = 25000
	for range n {
		for e, op := range mustParse(s.Sample(r)) {
			counts[e][op]++
		}
	}
	for e, ops := range counts { // 5,000 expected, standard deviation 63
		for op, got := range ops {
			if got < 4700 || got > 5300 {
				t.Errorf("edge %d had %s %d times in %d, want about %d", e, Op(op), got, n, n/Ops)
			}
		}
	}
}

func benchmark(t testing.TB) Space {
	t.Helper()
	s, err := New(Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func BenchmarkClassOf(b *testing.B) {
	s := benchmark(b)
	s.Classes()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.ClassOf(example); err != nil {
			b.Fatal(err)
		}
	}
}

// meta is the released dataset's list of cells.
type meta struct {
	IDs map[string]struct {
		Arch     space.Arch `json:"nb201-string"`
		Isomorph string     `json:"isomorph"`
	} `json:"ids"`
}

func TestClassesAreThoseOfTheReleasedDataset(t *testing.T) {
	var m meta
	sharedtest.ReadJSON(t, sharedtest.Robustness(t)+"/meta.json", &m)
	if len(m.IDs) != Cells {
		t.Fatalf("%d ids, want %d", len(m.IDs), Cells)
	}
	class := map[string]int{}
	for id, v := range m.IDs {
		c, err := Parse(v.Arch)
		if err != nil {
			t.Fatalf("id %s: %v", id, err)
		}
		if known, ok := class[v.Isomorph]; ok && known != c.Class() {
			t.Errorf("id %s is isomorphic to %s, but of class %d, not %d", id, v.Isomorph, c.Class(), known)
		}
		class[v.Isomorph] = c.Class()
	}
	if len(class) != Classes {
		t.Errorf("%d classes, want %d", len(class), Classes)
	}
}
