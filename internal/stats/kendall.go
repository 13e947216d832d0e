package stats

import (
	"cmp"
	"fmt"
	"math"
)

const (
	kendallAuto  = 60  // most pairs for which Auto is Exact
	kendallExact = 500 // most pairs for which an exact p-value is computed
)

// KendallTauB is the rank correlation tau-b (Kendall, Biometrika 1945),
//
//	(C - D) / sqrt((C + D + X)(C + D + Y)),
//
// with C and D the pairs of pairs in the same and in the opposite order, X and Y those tied in one of the two
// only. It takes O(n log n) (Knight, JASA 1966). Its p-value is exact up to 60 pairs without ties, otherwise
// normal. ErrConstant: one side does not vary.
func KendallTauB(x, y []float64) (Correlation, error) { return KendallTest(x, y, Auto) }

// KendallTest is KendallTauB with a p-value of the method: Exact counts the permutations with as few inversions
// (Kendall, Rank Correlation Methods, 4th edition, p. 68) and refuses ties and more than 500 pairs; Asymptotic
// is normal with the variance corrected for ties.
func KendallTest(x, y []float64, m Method) (Correlation, error) {
	if err := pairs(ordered, x, y); err != nil {
		return Correlation{}, err
	}
	k := countKendall(x, y)
	if k.tieX == k.total || k.tieY == k.total {
		return Correlation{}, fmt.Errorf("stats: no correlation: %w", ErrConstant)
	}
	n := float64(len(x))
	c := Correlation{
		Value: min(max(k.score/math.Sqrt((k.total-k.tieX)*(k.total-k.tieY)), -1), 1), N: len(x),
		limit: 1 - 2/(n*(n-1)), variance: .437 / (n - 4),
	}
	auto, most := kendallAuto, kendallExact
	if k.tieX > 0 || k.tieY > 0 {
		auto, most = 0, 0
	}
	m, err := m.choose("tau-b without ties", len(x), auto, most)
	c.P = math.Erfc(math.Abs(k.score) / math.Sqrt(2*k.variance(n)))
	if m == Exact && err == nil {
		c.P = kendallExactP(len(x), int(k.total+k.score)/2)
	}
	return c, err
}

// kendallCount is what tau-b is made of.
type kendallCount struct {
	total            float64 // pairs of pairs
	tieX, tieY       float64 // those tied in x, in y
	score            float64 // concordant less discordant
	groupsX, groupsY []int   // sizes of the groups of equal values
}

func countKendall(x, y []float64) kendallCount {
	xs, ys := make([]float64, len(x)), make([]float64, len(x))
	inOrder := order(len(x), func(i, j int) int { return cmp.Or(cmp.Compare(x[i], x[j]), cmp.Compare(y[i], y[j])) })
	for k, i := range inOrder {
		xs[k], ys[k] = x[i], y[i]
	}
	var k kendallCount
	k.groupsX = runs(len(x), func(i, j int) bool { return xs[i] == xs[j] })
	both := runs(len(x), func(i, j int) bool { return xs[i] == xs[j] && ys[i] == ys[j] })
	discordant := inversions(ys, make([]float64, len(ys)))
	k.groupsY = runs(len(x), func(i, j int) bool { return ys[i] == ys[j] }) // ys is sorted now

	choose2 := func(t float64) float64 { return t * (t - 1) / 2 }
	k.total = choose2(float64(len(x)))
	k.tieX, k.tieY = tied(k.groupsX, choose2), tied(k.groupsY, choose2)
	k.score = k.total - k.tieX - k.tieY + tied(both, choose2) - 2*discordant
	return k
}

func (k kendallCount) variance(n float64) float64 {
	v1 := func(t float64) float64 { return t * (t - 1) * (2*t + 5) }
	v3 := func(t float64) float64 { return t * (t - 1) * (t - 2) }
	pairs := n * (n - 1)
	v := (v1(n)-tied(k.groupsX, v1)-tied(k.groupsY, v1))/18 + 2*k.tieX*k.tieY/pairs
	if n > 2 {
		v += tied(k.groupsX, v3) * tied(k.groupsY, v3) / (9 * pairs * (n - 2))
	}
	return v
}

// inversions sorts x by merging, with the help of a buffer as long, and returns how many pairs were in falling
// order.
func inversions(x, buffer []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	half := len(x) / 2
	count := inversions(x[:half], buffer[:half]) + inversions(x[half:], buffer[half:])
	copy(buffer, x)
	left, right := buffer[:half], buffer[half:]
	for i := range x {
		if len(right) == 0 || len(left) > 0 && left[0] <= right[0] {
			x[i], left = left[0], left[1:]
			continue
		}
		x[i], right = right[0], right[1:]
		count += float64(len(left))
	}
	return count
}

// kendallExactP is the two-sided p-value of so many concordant pairs of pairs: twice the probability that a
// random permutation of n has at most that many inversions, counted in the thinner tail. Row j of the recurrence
// is the distribution for j elements, that of j-1 spread evenly over 0..j-1 further inversions.
func kendallExactP(n, concordant int) float64 {
	total := n * (n - 1) / 2
	c := min(concordant, total-concordant)
	if 2*c == total {
		return 1
	}
	p, next := make([]float64, c+1), make([]float64, c+1)
	p[0] = 1
	for j := 2; j <= n; j++ {
		window := 0.0
		for i := range p {
			window += p[i]
			if i >= j {
				window -= p[i-j]
			}
			next[i] = window / float64(j)
		}
		p, next = next, p
	}
	return math.Min(1, 2*sum(p))
}
