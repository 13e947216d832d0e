// Package census measures every class of a space by a live protocol, and writes what it found as a table in the layout
// of the released robustness dataset (Jung, Lukasik, Keuper, ICLR 2023).
//
// The work is kept in a log, piece by piece: a class under a seed. It can be cut anywhere and continued, divided into
// shards on several machines, and merged.
package census

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"

	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Plan says what is measured.
type Plan struct {
	Lab   *live.Lab
	Seeds []uint64
	Cells []nasbench201.Cell // of different classes; nil: one of every class
	Shard Shard
	Limit int // measure the first so many cells only; 0: all
}

// Shard is a part of the cells: those whose place in the order leaves Index when divided by Of, from 0. The zero
// value is all.
type Shard struct{ Index, Of int }

// ParseShard reads "2/8", the second of eight.
func ParseShard(s string) (Shard, error) {
	var i, n int
	var rest string
	if _, err := fmt.Sscanf(s+" .", "%d/%d %s", &i, &n, &rest); err != nil || rest != "." || i < 1 || i > n {
		return Shard{}, fmt.Errorf("shard %q: want PART/PARTS, such as 2/8", s)
	}
	return Shard{i - 1, n}, nil
}

// String returns "2/8".
func (s Shard) String() string {
	if s.Of == 0 {
		return "1/1"
	}
	return fmt.Sprintf("%d/%d", s.Index+1, s.Of)
}

// Piece is a unit of work, and what a record is of.
type Piece struct {
	Cell int    `json:"cell"` // index of the class's canonical member
	Seed uint64 `json:"seed"`
}

// order shuffles all cells, so that the first ones are a fair sample of the whole, in any census alike.
const order = 6466

// pieces lists the plan's work in its order: all cells under one seed, then under the next.
func (p Plan) pieces() (all []Piece) {
	cells := Choose(p.Cells, p.Shard, p.Limit)
	for _, seed := range p.Seeds {
		for _, c := range cells {
			all = append(all, Piece{c.Index(), seed})
		}
	}
	return all
}

// Choose returns the first so many cells of a shard, 0 being all, by the canonical members of their classes: of those
// that are given or, if these are nil, of one of every class in an order that is always the same.
func Choose(cells []nasbench201.Cell, of Shard, limit int) (chosen []nasbench201.Cell) {
	if cells == nil {
		for i := range nasbench201.Classes {
			cells = append(cells, nasbench201.Members(i)[0].Canonical())
		}
		r := rand.New(rand.NewPCG(order, 0))
		r.Shuffle(len(cells), func(i, j int) { cells[i], cells[j] = cells[j], cells[i] })
	}
	for i, c := range cells {
		if of.Of > 0 && i%of.Of != of.Index {
			continue
		}
		if limit > 0 && len(chosen) == limit {
			break
		}
		chosen = append(chosen, c.Canonical())
	}
	return chosen
}

// retrySeed replaces the seed of a measurement that failed.
func retrySeed(seed uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "again %d", seed)
	return h.Sum64() >> 32
}
