package forest

import (
	"math/bits"
	"math/rand/v2"
	"slices"
)

// grower grows one tree after the other in the same memory. The samples of a node are consecutive: splitting a node
// divides them in two. A feature's best split follows from the sums of samples by its codes, a histogram.
type grower struct {
	*data
	Options

	counts  []int32 // by row, how often it was drawn
	samples []sample
	moved   []sample // room for those that go to the right
	random  *rand.Rand

	sums [codes]sums        // by code, those of a node and feature; 0 between features
	met  [codes / 64]uint64 // a bit a code that has samples
	live []int32            // room for the features that may vary in a node and those above it

	nodes tree
	gains []float64 // by feature, sum of squares that its splits explain
}

// sums are of samples.
type sums struct{ count, sum float64 } // of scaled values

// sample is a row with how often it was drawn, and the sum of its draws.
type sample struct {
	sums
	row int32
}

func newGrower(d *data, o Options) *grower {
	rows := len(d.values)
	g := &grower{data: d, Options: o, counts: make([]int32, rows), moved: make([]sample, rows)}
	g.Leaf, g.Features = usual(o.Leaf, 1), min(usual(o.Features, len(d.columns)), len(d.columns))
	return g
}

// tree grows a tree, and says how much of the squares each feature explains.
func (g *grower) tree(random *rand.Rand) (tree, []float64) {
	g.random, g.nodes, g.gains = random, g.nodes[:0], make([]float64, len(g.columns))
	g.draw()
	g.live = g.live[:0]
	for j := range g.columns {
		g.live = append(g.live, int32(j))
	}
	g.grow(g.samples, g.live, 0)
	return slices.Clone(g.nodes), g.gains
}

// draw takes a bootstrap sample, or all rows.
func (g *grower) draw() {
	clear(g.counts)
	for i := range g.counts {
		if !g.Whole {
			i = g.random.IntN(len(g.counts))
		}
		g.counts[i]++
	}
	g.samples = g.samples[:0]
	for i, n := range g.counts {
		if n > 0 {
			count := float64(n)
			g.samples = append(g.samples, sample{sums{count, count * g.scaled[i]}, int32(i)})
		}
	}
}

// content is what is known of a node's samples.
type content struct {
	sums
	equal bool    // all values are
	value float64 // of the node as a leaf
}

// content sums up samples.
func (g *grower) content(samples []sample) content {
	c := content{equal: true, value: g.values[samples[0].row]}
	for i := range samples {
		s := &samples[i]
		c.count += s.count
		c.sum += s.sum
		c.equal = c.equal && g.values[s.row] == c.value
	}
	if !c.equal {
		c.value = (g.mean + c.sum/c.count) * g.scale
	}
	return c
}

// grow appends the node of samples and all below it. The features that may vary among them are live.
func (g *grower) grow(samples []sample, live []int32, depth int) {
	c := g.content(samples)
	me := len(g.nodes)
	g.nodes = append(g.nodes, node{at: c.value, feature: leaf})
	if c.equal || c.count < 2*float64(g.Leaf) || g.Depth > 0 && depth == g.Depth {
		return
	}
	below := len(g.live)
	defer func() { g.live = g.live[:below] }()
	g.live = append(g.live, live...)
	best, live := g.best(samples, g.live[below:], c)
	if best.feature == leaf {
		return
	}
	g.gains[best.feature] += best.gain * c.count
	left := g.divide(samples, best)
	threshold := g.columns[best.feature].between(best.low, best.high)
	g.grow(samples[:left], live, depth+1)
	g.nodes[me] = node{threshold, best.feature, int32(len(g.nodes))}
	g.grow(samples[left:], live, depth+1)
}

// split is a question to samples.
type split struct {
	feature   int32   // leaf if there is none
	low, high uint8   // the last code to the left, the first to the right
	gain      float64 // squares explained, over the samples of the node
}

// best finds the split that explains most, among as many features as are looked at of those that vary, in random
// order: of equal ones the first. Of two rows every feature tells the same. It returns those that are live still.
func (g *grower) best(samples []sample, live []int32, c content) (split, []int32) {
	best := split{feature: leaf, gain: -1}
	looked := g.Features
	if len(samples) == 2 {
		looked = 1
	}
	for k := 0; k < looked && k < len(live); {
		other := k + g.random.IntN(len(live)-k)
		live[k], live[other] = live[other], live[k]
		if !g.varies(samples, live[k]) {
			last := len(live) - 1
			live[k], live = live[last], live[:last]
			continue
		}
		g.better(&best, samples, live[k], c)
		k++
	}
	return best, live
}

// varies reports whether samples have several codes of a feature.
func (g *grower) varies(samples []sample, feature int32) bool {
	codes := g.columns[feature].codes
	first := codes[samples[0].row]
	for i := range samples {
		if codes[samples[i].row] != first {
			return true
		}
	}
	return false
}

// better puts a feature's best split in the place of the best so far, if it explains more.
//
// With n samples of mean m in the node, and n' of sum s' to the left, a split explains n d^2 / (n' (n - n')) of the sum
// of squares, where d = s' - n' m.
func (g *grower) better(best *split, samples []sample, feature int32, c content) {
	g.sum(samples, feature)
	mean, least := c.sum/c.count, float64(g.Leaf)
	left, sum, low := 0.0, 0.0, uint8(0)
	most, over := best.gain, 1.0 // the best gain as a fraction, since products are faster than quotients
	found := false
	for w := range g.met {
		for word := g.met[w]; word != 0; word &= word - 1 {
			code := uint8(w<<6 | bits.TrailingZeros64(word))
			d, right := sum-left*mean, c.count-left
			if square, parts := d*d, left*right; square*over > most*parts && left >= least && right >= least {
				most, over, found = square, parts, true
				best.feature, best.low, best.high = feature, low, code
			}
			low = code
			left += g.sums[code].count
			sum += g.sums[code].sum
			g.sums[code] = sums{}
		}
		g.met[w] = 0
	}
	if found {
		best.gain = most / over
	}
}

// sum adds samples up by their codes of a feature.
func (g *grower) sum(samples []sample, feature int32) {
	codes := g.columns[feature].codes
	for i := range samples {
		s := &samples[i]
		code := codes[s.row]
		g.met[code>>6] |= 1 << (code & 63) // again and again, so that there is no branch to guess
		to := &g.sums[code]
		to.count += s.count
		to.sum += s.sum
	}
}

// divide puts the samples to the left of a split before the others, and returns how many they are.
func (g *grower) divide(samples []sample, s split) int {
	codes := g.columns[s.feature].codes
	stay, move := 0, 0
	for _, r := range samples { // both are written, so that there is no branch to guess
		goes := 0
		if codes[r.row] > s.low {
			goes = 1
		}
		samples[stay], g.moved[move] = r, r
		stay += 1 - goes
		move += goes
	}
	copy(samples[stay:], g.moved[:move])
	return stay
}
