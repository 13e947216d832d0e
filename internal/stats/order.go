package stats

import (
	"cmp"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Order is a sample in ascending order, so that it can be correlated with many others in O(n log n) each.
type Order struct {
	by    []int32 // observations, in ascending order
	code  []int32 // by observation, position of its value among the distinct ones
	less  []int32 // by code, observations with smaller values
	equal []int32 // by code, observations with the value
	ties  float64 // ordered pairs of observations that differ

	middle []float64 // by observation, its mid-distribution less a half
	square float64   // mean of middle^2
	self   []float64 // influence of an observation on square
}

// NewOrder sorts a sample. ErrConstant: it does not vary.
func NewOrder(x []float64) (*Order, error) {
	if err := ordered("x", x); err != nil {
		return nil, err
	}
	n := len(x)
	o := &Order{by: make([]int32, n), code: make([]int32, n), middle: make([]float64, n), self: make([]float64, n)}
	for k, i := range order(n, func(i, j int) int { return cmp.Compare(x[i], x[j]) }) {
		o.by[k] = int32(i)
	}
	first := 0
	for _, size := range runs(n, func(i, j int) bool { return x[o.by[i]] == x[o.by[j]] }) {
		for _, i := range o.by[first : first+size] {
			o.code[i] = int32(len(o.less))
			o.middle[i] = (float64(first)+float64(size)/2)/float64(n) - .5
			o.square += o.middle[i] * o.middle[i] / float64(n)
		}
		o.less, o.equal = append(o.less, int32(first)), append(o.equal, int32(size))
		o.ties += float64(size) * float64(n-size)
		first += size
	}
	if len(o.less) == 1 {
		return nil, fmt.Errorf("stats: no order: %w", ErrConstant)
	}
	above := o.above(o.middle)
	for i, m := range o.middle {
		o.self[i] = m*m - o.square + 2*(above[i]-o.square)
	}
	return o, nil
}

// above is, by observation, the mean over all of v where the observation is larger, half of it where it is equal.
func (o *Order) above(v []float64) []float64 {
	n := float64(len(v))
	out, sum := make([]float64, len(v)), 0.0
	for k := len(o.less) - 1; k >= 0; k-- {
		group, here := o.by[o.less[k]:o.less[k]+o.equal[k]], 0.0
		for _, i := range group {
			here += v[i]
		}
		for _, i := range group {
			out[i] = (sum + here/2) / n
		}
		sum += here
	}
	return out
}

// Association is a rank correlation with what every observation has to do with it.
type Association struct {
	Value float64
	// Influence is by how much the value grows if an observation's weight does, in units of 1/n; it sums to 0. The mean
	// of a bootstrap sample's influence is what its value differs by, to first order.
	Influence []float64
}

// Kendall is tau-b, that of [KendallTauB]. Its influence is that of the U-statistics which it is made of (Newson, Stata
// Journal 2006): with c_i the pairs with observation i that are concordant less those that are discordant, a_i and b_i
// those not tied in x and in y,
//
//	2 (c_i/(n-1) - c)/sqrt(ab) - tau (a_i/(n-1)/a + b_i/(n-1)/b - 2),
//
// where letters without index are means.
func (o *Order) Kendall(p *Order) Association {
	n := len(o.by)
	score := o.score(p)
	sum := 0.0
	for _, c := range score {
		sum += float64(c)
	}
	root := math.Sqrt(o.ties * p.ties)
	a := Association{Value: min(max(sum/root, -1), 1), Influence: make([]float64, n)}
	for i, c := range score {
		x, y := float64(n)-float64(o.equal[o.code[i]]), float64(n)-float64(p.equal[p.code[i]])
		a.Influence[i] = 2*(float64(c)*float64(n)-sum)/root -
			a.Value*(x*float64(n)/o.ties+y*float64(n)/p.ties-2)
	}
	return a
}

// score is by observation the pairs with it that are concordant less those that are discordant. Observations are
// counted in a Fenwick tree over y in the order of x.
func (o *Order) score(p *Order) []int32 {
	n := int32(len(o.by))
	score, tree, seen := make([]int32, n), make([]int32, len(p.less)+1), make([]int32, len(p.less))
	by := o.within(p)
	for first := int32(0); first < n; {
		size := o.equal[o.code[by[first]]]
		group := by[first : first+size]
		for k := 0; k < len(group); { // of equal x and equal y
			y := p.code[group[k]]
			end := k
			for end < len(group) && p.code[group[end]] == y {
				end++
			}
			below := int32(0) // less x, less y
			for at := y; at > 0; at &= at - 1 {
				below += tree[at]
			}
			beside, under, both := seen[y], int32(k), int32(end-k) // less x, equal y; equal x, less y; both equal
			left, right := p.less[y]-below-under, first-below-beside
			above := n - first - size - left - (p.equal[y] - beside - both)
			for _, i := range group[k:end] {
				score[i] = below + above - left - right
			}
			k = end
		}
		for _, i := range group {
			y := p.code[i]
			seen[y]++
			for at := y + 1; int(at) < len(tree); at += at & -at {
				tree[at]++
			}
		}
		first += size
	}
	return score
}

// within is the observations in ascending order, equal ones in that of another sample: those of the other, counted into
// their places.
func (o *Order) within(p *Order) []int32 {
	at, by := make([]int32, len(o.less)), make([]int32, len(o.by))
	copy(at, o.less)
	for _, i := range p.by {
		c := o.code[i]
		by[at[c]] = i
		at[c]++
	}
	return by
}

// Spearman is rho, that of [Spearman]: the correlation of mid-distributions u and v, each less a half. Its influence is
// that of h = E[uv] over sqrt(E[u^2] E[v^2]), where an observation moves the distributions of the others, too.
func (o *Order) Spearman(p *Order) Association {
	n := len(o.by)
	h := 0.0
	for i := range n {
		h += o.middle[i] * p.middle[i] / float64(n)
	}
	root := math.Sqrt(o.square * p.square)
	a := Association{Value: min(max(h/root, -1), 1), Influence: make([]float64, n)}
	x, y := o.above(p.middle), p.above(o.middle)
	for i := range a.Influence {
		moved := o.middle[i]*p.middle[i] - h + x[i] - h + y[i] - h
		a.Influence[i] = moved/root - a.Value/2*(o.self[i]/o.square+p.self[i]/p.square)
	}
	return a
}

// Deviation is the standard error of the value over samples of n of which these are the influences, that of the
// infinitesimal jackknife (Efron, The Jackknife, the Bootstrap and Other Resampling Plans, 1982, chapter 6): what the
// standard deviation over bootstrap samples tends to.
func Deviation(influence []float64, n int) float64 {
	squares := 0.0
	for _, v := range influence {
		squares += v * v
	}
	return math.Sqrt(squares / (float64(n) * math.Max(float64(n)-1, 1)))
}

// HalfWidth is that of a normal interval of so many standard errors.
func HalfWidth(deviation, confidence float64) (float64, error) {
	return mathext.NormalQuantile((1+confidence)/2) * deviation, share("confidence", confidence)
}

// Interval is the interval of Fisher's z, with its standard error by the influences of the observations. Few of them
// that are perfectly ordered are no proof: where nothing varies it is that of [Correlation.Interval].
func (a Association) Interval(confidence float64) (Interval, error) {
	half, err := HalfWidth(Deviation(a.Influence, len(a.Influence)), confidence)
	if err != nil {
		return Interval{}, err
	}
	n := float64(len(a.Influence))
	rest := 1 - a.Value*a.Value
	if n < 5 {
		return Interval{-1, 1}, nil
	}
	if rest < 1/(n*n) {
		return Correlation{Value: a.Value, limit: 1 - 2/(n*(n-1)), variance: .437 / (n - 4)}.Interval(confidence)
	}
	z := math.Atanh(a.Value)
	return Interval{math.Tanh(z - half/rest), math.Tanh(z + half/rest)}, nil
}
