package searchtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/space"
)

// Grid is a small space of integer vectors, written "2,0,1". The order of the entries does not matter: vectors
// with the same entries form a class, which its sorted member stands for. It offers all that a space can.
type Grid struct {
	length  int // entries of a vector
	values  int // an entry is one of 0 to values-1
	classes []space.Arch
	number  map[space.Arch]int // of a class, by its member
}

// NewGrid returns the space of vectors of the given length with entries 0 to values-1.
func NewGrid(length, values int) Grid {
	g := Grid{length: length, values: values, number: map[space.Arch]int{}}
	v := make([]int, length)
	var fill func(at, low int)
	fill = func(at, low int) {
		if at == length {
			g.number[text(v)] = len(g.classes)
			g.classes = append(g.classes, text(v))
			return
		}
		for n := low; n < values; n++ {
			v[at] = n
			fill(at+1, n)
		}
	}
	fill(0, 0)
	return g
}

var (
	_ space.Space       = Grid{}
	_ space.Enumerator  = Grid{}
	_ space.Neighborer  = Grid{}
	_ space.RateMutator = Grid{}
	_ space.Crosser     = Grid{}
	_ space.Encoder     = Grid{}
	_ space.Parametric  = Grid{}
)

// Name returns the space's name with its size.
func (g Grid) Name() string { return fmt.Sprintf("grid %dx%d", g.length, g.values) }

// Validate accepts vectors of the right length with entries in range.
func (g Grid) Validate(a space.Arch) error {
	_, err := g.parse(a)
	return err
}

// Sample draws every entry uniformly.
func (g Grid) Sample(r *rand.Rand) space.Arch {
	v := make([]int, g.length)
	for i := range v {
		v[i] = r.IntN(g.values)
	}
	return text(v)
}

// Mutate changes one entry.
func (g Grid) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	v := g.vector(a)
	g.change(r, v, r.IntN(len(v)))
	return text(v)
}

// MutateEach changes every entry with probability rate.
func (g Grid) MutateEach(r *rand.Rand, a space.Arch, rate float64) space.Arch {
	v := g.vector(a)
	for i := range v {
		if r.Float64() < rate {
			g.change(r, v, i)
		}
	}
	return text(v)
}

func (g Grid) change(r *rand.Rand, v []int, i int) {
	v[i] = (v[i] + 1 + r.IntN(g.values-1)) % g.values
}

// Neighbors returns the vectors that differ in one entry.
func (g Grid) Neighbors(a space.Arch) []space.Arch {
	v := g.vector(a)
	var near []space.Arch
	for i, was := range v {
		for value := range g.values {
			if v[i] = value; value != was {
				near = append(near, text(v))
			}
		}
		v[i] = was
	}
	return near
}

// Cross takes every entry from one of the parents.
func (g Grid) Cross(r *rand.Rand, a, b space.Arch) space.Arch {
	v, w := g.vector(a), g.vector(b)
	for i := range v {
		if r.IntN(2) == 1 {
			v[i] = w[i]
		}
	}
	return text(v)
}

// Encode returns the entries of the class's member.
func (g Grid) Encode(a space.Arch) []float64 {
	x := make([]float64, g.length)
	for i, n := range g.vector(g.Canonical(a)) {
		x[i] = float64(n)
	}
	return x
}

// Parameters are the entries.
func (g Grid) Parameters() []space.Parameter {
	all := make([]space.Parameter, g.length)
	for i := range all {
		all[i].Name = fmt.Sprintf("entry %d", i)
		for v := range g.values {
			all[i].Choices = append(all[i].Choices, fmt.Sprint(v))
		}
	}
	return all
}

// Choices returns the entries.
func (g Grid) Choices(a space.Arch) []int { return g.vector(a) }

// Compose returns the vector of such entries.
func (g Grid) Compose(choices []int) space.Arch { return text(choices) }

// Canonical returns the sorted vector.
func (g Grid) Canonical(a space.Arch) space.Arch {
	v := g.vector(a)
	slices.Sort(v)
	return text(v)
}

// Classes is the number of sorted vectors.
func (g Grid) Classes() int { return len(g.classes) }

// Class returns the i-th sorted vector.
func (g Grid) Class(i int) space.Arch { return g.classes[i] }

// ClassOf returns the position of the sorted vector.
func (g Grid) ClassOf(a space.Arch) (int, error) {
	if err := g.Validate(a); err != nil {
		return 0, err
	}
	return g.number[g.Canonical(a)], nil
}

func (g Grid) parse(a space.Arch) ([]int, error) {
	fields := strings.Split(string(a), ",")
	if len(fields) != g.length {
		return nil, fmt.Errorf("%q has %d entries: want %d", a, len(fields), g.length)
	}
	v := make([]int, g.length)
	for i, f := range fields {
		if n, err := fmt.Sscanf(f, "%d", &v[i]); n != 1 || err != nil || v[i] < 0 || v[i] >= g.values {
			return nil, fmt.Errorf("%q: entry %d is %q: want 0 to %d", a, i, f, g.values-1)
		}
	}
	return v, nil
}

func (g Grid) vector(a space.Arch) []int {
	v, err := g.parse(a)
	if err != nil {
		panic(err)
	}
	return v
}

func text(v []int) space.Arch {
	return space.Arch(strings.Trim(strings.ReplaceAll(fmt.Sprint(v), " ", ","), "[]"))
}
