package forest

import (
	"math/rand/v2"
	"slices"
)

// grower grows one tree after the other in the same memory. The samples of a node are a range of every column's order:
// splitting a node divides the range in all of them, and keeps both parts sorted.
type grower struct {
	*data
	Options

	samples []sample
	drawn   []int      // by row, 1 if it was drawn
	orders  [][]ranked // by feature, rows drawn, those of every node sorted by the feature
	right   []uint8    // by row, 1 where it goes to the right of the node that is split
	moved   []ranked   // room for rows that do
	random  *rand.Rand

	live  []int // room for the features that vary in a node and those above it
	nodes tree
	gains []float64 // by feature, sum of squares that its splits explain
}

// sample is a row with how often it was drawn.
type sample struct{ count, sum float64 } // sum of scaled values

// span is the samples of a node: a range of orders.
type span struct{ low, high int }

func newGrower(d *data, o Options) *grower {
	rows := len(d.values)
	g := &grower{
		data: d, Options: o, samples: make([]sample, rows), drawn: make([]int, rows),
		orders: make([][]ranked, len(d.columns)),
		right:  make([]uint8, rows), moved: make([]ranked, rows),
	}
	g.Leaf, g.Features = usual(o.Leaf, 1), min(usual(o.Features, len(d.columns)), len(d.columns))
	for j := range g.orders {
		g.orders[j] = make([]ranked, 0, rows)
	}
	return g
}

// tree grows a tree, and says how much of the squares each feature explains.
func (g *grower) tree(random *rand.Rand) (tree, []float64) {
	g.random, g.nodes, g.gains = random, g.nodes[:0], make([]float64, len(g.columns))
	g.draw()
	drawn := 0 // different rows
	for j, c := range g.columns {
		order := g.orders[j][:len(c.order)]
		drawn = 0
		for _, r := range c.order { // all are written, so that there is no branch to guess
			order[drawn] = r
			drawn += g.drawn[r.row]
		}
		g.orders[j] = order[:drawn]
	}
	g.live = g.live[:0]
	for j := range g.columns {
		g.live = append(g.live, j)
	}
	g.grow(span{0, drawn}, 0, g.live, 0)
	return slices.Clone(g.nodes), g.gains
}

// draw takes a bootstrap sample, or all rows.
func (g *grower) draw() {
	clear(g.samples)
	for i := range g.samples {
		if !g.Whole {
			i = g.random.IntN(len(g.samples))
		}
		g.samples[i].count++
	}
	for i, s := range g.samples {
		g.samples[i].sum = s.count * g.scaled[i]
		g.drawn[i] = int(min(s.count, 1))
	}
}

// content is what is known of a node's samples.
type content struct {
	sample
	equal bool    // all values are
	value float64 // of the node as a leaf
}

// content sums up rows.
func (g *grower) content(rows []ranked) content {
	c := content{equal: true, value: g.values[rows[0].row]}
	for _, r := range rows {
		s := g.samples[r.row]
		c.count += s.count
		c.sum += s.sum
		c.equal = c.equal && g.values[r.row] == c.value
	}
	if !c.equal {
		c.value = (g.mean + c.sum/c.count) * g.scale
	}
	return c
}

// grow appends the node of a span and all below it. The span's rows are listed by the order of a feature; those of its
// features that may vary are live.
func (g *grower) grow(at span, by int, live []int, depth int) {
	c := g.content(g.orders[by][at.low:at.high])
	me := len(g.nodes)
	g.nodes = append(g.nodes, node{at: c.value, feature: leaf})
	if c.equal || g.Depth > 0 && depth == g.Depth {
		return
	}
	below := len(g.live)
	defer func() { g.live = g.live[:below] }()
	live = g.varying(at, live)
	best := g.best(at, live, c)
	if best.feature == leaf {
		return
	}
	g.gains[best.feature] += best.gain * c.count
	threshold := g.threshold(best)
	g.divide(at, best, live)
	g.grow(span{at.low, best.end}, best.feature, live, depth+1)
	g.nodes[me] = node{threshold, int32(best.feature), int32(len(g.nodes))}
	g.grow(span{best.end, at.high}, best.feature, live, depth+1)
}

// varying lists those of features that are not the same for all samples of a span.
func (g *grower) varying(at span, live []int) []int {
	first := len(g.live)
	for _, j := range live {
		if order := g.orders[j]; order[at.low].code != order[at.high-1].code {
			g.live = append(g.live, j)
		}
	}
	return g.live[first:]
}

// split is a question to samples.
type split struct {
	feature int     // leaf if there is none
	end     int     // of the part to the left
	gain    float64 // squares explained, over the samples of the node
}

// best finds the split that explains most, among as many features as are looked at, in random order: of equal ones the
// first. Of two rows every feature tells the same.
func (g *grower) best(at span, live []int, c content) split {
	best := split{feature: leaf, gain: -1}
	looked := min(g.Features, len(live))
	if at.high-at.low == 2 {
		looked = min(1, len(live))
	}
	for k := range looked {
		other := k + g.random.IntN(len(live)-k)
		live[k], live[other] = live[other], live[k]
		g.better(&best, at, live[k], c)
	}
	return best
}

// better puts a feature's best split in the place of the best so far, if it explains more.
//
// With n samples of mean m in the node, and n' of sum s' to the left, a split explains n d^2 / (n' (n - n')) of the sum
// of squares, where d = s' - n' m.
func (g *grower) better(best *split, at span, feature int, c content) {
	order, mean, least := g.orders[feature][at.low:at.high], c.sum/c.count, float64(g.Leaf)
	left, sum, end := 0.0, 0.0, 0
	most, over := best.gain, 1.0 // the best gain as a fraction, since products are faster than quotients
	now := order[0].code
	for k, r := range order {
		if r.code != now {
			now = r.code
			d, right := sum-left*mean, c.count-left
			if square, parts := d*d, left*right; square*over > most*parts && left >= least && right >= least {
				most, over, end = square, parts, k
			}
		}
		s := g.samples[r.row]
		left += s.count
		sum += s.sum
	}
	if end > 0 {
		*best = split{feature, at.low + end, most / over}
	}
}

// threshold of a split is between the last value to the left and the first to the right.
func (g *grower) threshold(s split) float64 {
	order := g.orders[s.feature]
	return g.columns[s.feature].between(order[s.end-1].code, order[s.end].code)
}

// divide sorts the rows of a span into those left and right of a split, in the orders of all live features. Two rows
// become leaves, whose other orders nobody asks for.
func (g *grower) divide(at span, s split, live []int) {
	if at.high-at.low == 2 {
		return
	}
	order := g.orders[s.feature]
	for _, r := range order[at.low:s.end] {
		g.right[r.row] = 0
	}
	for _, r := range order[s.end:at.high] {
		g.right[r.row] = 1
	}
	for _, j := range live {
		if j == s.feature {
			continue
		}
		order, stay, move := g.orders[j][at.low:at.high], 0, 0
		for _, r := range order { // both are written, so that there is no branch to guess
			goes := int(g.right[r.row])
			order[stay], g.moved[move] = r, r
			stay += 1 - goes
			move += goes
		}
		copy(order[stay:], g.moved[:move])
	}
}
