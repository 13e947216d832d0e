package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/space"
)

// Pieces are vectors of integers, written "2,1,4": the lengths of the straight pieces that a curve is drawn with, each
// from 1 to Longest, as shares of their sum.
type Pieces struct{ Count, Longest int }

// What searches may ask of a space: all must be a space.Space, whose Validate guards the rest. With the others it is
// listed (which compares runs with the best there is), and strategies that need neighbours, a vector or parameters can
// search it.
var (
	_ space.Space      = Pieces{}
	_ space.Enumerator = Pieces{}
	_ space.Neighborer = Pieces{}
	_ space.Encoder    = Pieces{}
	_ space.Parametric = Pieces{}
	_ space.Drawer     = Pieces{}
)

// Name is that in journals: a study of other sizes is another study.
func (p Pieces) Name() string { return fmt.Sprintf("%d pieces of 1 to %d", p.Count, p.Longest) }

// Sample draws every length.
func (p Pieces) Sample(r *rand.Rand) space.Arch { return p.Class(r.IntN(p.Classes())) }

// Mutate changes one length.
func (p Pieces) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	near := p.Neighbors(a)
	return near[r.IntN(len(near))]
}

// Validate reports what is no vector of the space.
func (p Pieces) Validate(a space.Arch) error {
	fields := strings.Split(string(a), ",")
	if len(fields) != p.Count {
		return fmt.Errorf("%q: want %d lengths", a, p.Count)
	}
	for _, f := range fields {
		if n, err := strconv.Atoi(f); err != nil || n < 1 || n > p.Longest || f != strconv.Itoa(n) {
			return fmt.Errorf("%q: length %q: want 1 to %d", a, f, p.Longest)
		}
	}
	return nil
}

// Lengths reads a valid vector.
func (p Pieces) Lengths(a space.Arch) []int {
	lengths := make([]int, p.Count)
	for i, f := range strings.Split(string(a), ",") {
		lengths[i], _ = strconv.Atoi(f)
	}
	return lengths
}

func write(lengths []int) space.Arch {
	return space.Arch(strings.Trim(strings.ReplaceAll(fmt.Sprint(lengths), " ", ","), "[]"))
}

// Canonical is the vector itself: there are no two of one class.
func (p Pieces) Canonical(a space.Arch) space.Arch { return a }

// Classes counts the vectors.
func (p Pieces) Classes() int {
	n := 1
	for range p.Count {
		n *= p.Longest
	}
	return n
}

// Class returns the vector whose lengths, less 1, are the digits of i.
func (p Pieces) Class(i int) space.Arch {
	lengths := make([]int, p.Count)
	for at := range lengths {
		lengths[at] = 1 + i%p.Longest
		i /= p.Longest
	}
	return write(lengths)
}

// ClassOf is Class the other way round.
func (p Pieces) ClassOf(a space.Arch) (int, error) {
	if err := p.Validate(a); err != nil {
		return 0, err
	}
	i, unit := 0, 1
	for _, n := range p.Lengths(a) {
		i += (n - 1) * unit
		unit *= p.Longest
	}
	return i, nil
}

// Neighbors differ in one length.
func (p Pieces) Neighbors(a space.Arch) (near []space.Arch) {
	lengths := p.Lengths(a)
	for at, was := range lengths {
		for n := 1; n <= p.Longest; n++ {
			if lengths[at] = n; n != was {
				near = append(near, write(lengths))
			}
		}
		lengths[at] = was
	}
	return near
}

// Encode returns the lengths, by which a model tells how alike two vectors are.
func (p Pieces) Encode(a space.Arch) []float64 {
	x := make([]float64, p.Count)
	for i, n := range p.Lengths(a) {
		x[i] = float64(n)
	}
	return x
}

// Parameters are the lengths.
func (p Pieces) Parameters() []space.Parameter {
	var lengths []string
	for n := range p.Longest {
		lengths = append(lengths, strconv.Itoa(n+1))
	}
	all := make([]space.Parameter, p.Count)
	for i := range all {
		all[i] = space.Parameter{Name: fmt.Sprintf("piece %d", i), Choices: lengths}
	}
	return all
}

// Choices returns the lengths, less 1.
func (p Pieces) Choices(a space.Arch) []int {
	choices := p.Lengths(a)
	for i := range choices {
		choices[i]--
	}
	return choices
}

// Compose is Choices the other way round.
func (p Pieces) Compose(choices []int) space.Arch {
	lengths := make([]int, len(choices))
	for i, c := range choices {
		lengths[i] = c + 1
	}
	return write(lengths)
}

// Draw shows where one piece meets the next: "├─┼──┼────┤".
func (p Pieces) Draw(a space.Arch) string {
	var pieces []string
	for _, n := range p.Lengths(a) {
		pieces = append(pieces, strings.Repeat("──", n))
	}
	return "├" + strings.Join(pieces, "┼") + "┤\n"
}
