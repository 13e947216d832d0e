package nasbench201

import "slices"

// paths lists the four ways from input to output by their edges, shortest first.
var paths = [4][]int{{3}, {0, 4}, {1, 5}, {0, 2, 5}}

// live says whether the path has an operation on every edge.
func (c Cell) live(path []int) bool {
	for _, e := range path {
		if c[e] == None {
			return false
		}
	}
	return true
}

// Live returns the cell with "none" on every edge that no live path uses. An edge is on a live path if its
// values can reach the output.
func (c Cell) Live() Cell {
	var out Cell
	for _, p := range paths {
		if !c.live(p) {
			continue
		}
		for _, e := range p {
			out[e] = c[e]
		}
	}
	return out
}

// LiveEdges counts the edges on live paths.
func (c Cell) LiveEdges() int {
	n := 0
	for _, op := range c.Live() {
		if op != None {
			n++
		}
	}
	return n
}

// LivePaths counts the paths from input to output with an operation on every edge, 0 to 4.
func (c Cell) LivePaths() int { return c.countPaths(func(op Op) bool { return op != None }) }

// SkipPaths counts the paths from input to output that are nothing but skips, 0 to 4.
func (c Cell) SkipPaths() int { return c.countPaths(func(op Op) bool { return op == Skip }) }

// countPaths counts those of whose edges something holds.
func (c Cell) countPaths(holds func(Op) bool) (n int) {
	for _, p := range paths {
		if !slices.ContainsFunc(p, func(e int) bool { return !holds(c[e]) }) {
			n++
		}
	}
	return n
}

// Depth is the number of edges on the longest live path: 0 (no way through) to 3.
func (c Cell) Depth() int {
	depth := 0
	for _, p := range paths {
		if c.live(p) {
			depth = max(depth, len(p))
		}
	}
	return depth
}
