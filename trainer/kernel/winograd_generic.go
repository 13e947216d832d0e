package kernel

import "math"

// winogradGeneric is minimal filtering in plain Go: the definition that the others are tested against. It transforms in
// float64.
func winogradGeneric[T Real]() *winograd[T] {
	return &winograd[T]{
		input: winogradInput[T], upstream: winogradUpstream[T], product4: winogradProduct[T], output: winogradOutput[T],
		weights: winogradWeights[T],
	}
}

// The points of minimal filtering are 0, the roots of 1/2 and of 2, both with either sign, and infinity: small numbers
// whose squares have product 1, so that transforms cancel little. The usual 0, 1, -1, 2 and -2 cost as much and lose
// twice as many bits.
const (
	near  = .5 * far // the root of 1/2
	near3 = .5 * near
	far   = math.Sqrt2
	far3  = 2 * far
)

// spread returns B' d.
func spread(d [6]float64) [6]float64 {
	nearEven, nearOdd := d[4]-float64(2*d[2]), d[3]-float64(2*d[1])
	farEven, farOdd := d[4]-float64(.5*d[2]), d[3]-float64(.5*d[1])
	return [6]float64{
		d[0] + d[4] - float64(2.5*d[2]),
		nearEven + float64(near*nearOdd), nearEven - float64(near*nearOdd),
		farEven + float64(far*farOdd), farEven - float64(far*farOdd),
		d[1] + d[5] - float64(2.5*d[3]),
	}
}

// raise returns A y.
func raise(y [4]float64) [6]float64 {
	nearEven, nearOdd := y[0]+float64(.5*y[2]), y[1]+float64(.5*y[3])
	farEven, farOdd := y[0]+float64(2*y[2]), y[1]+float64(2*y[3])
	return [6]float64{
		y[0],
		nearEven + float64(near*nearOdd), nearEven - float64(near*nearOdd),
		farEven + float64(far*farOdd), farEven - float64(far*farOdd),
		y[3],
	}
}

// lower returns A' m.
func lower(m [6]float64) [4]float64 {
	nearSum, nearDiff, farSum, farDiff := m[1]+m[2], m[1]-m[2], m[3]+m[4], m[3]-m[4]
	return [4]float64{
		m[0] + nearSum + farSum,
		float64(near*nearDiff) + float64(far*farDiff),
		float64(.5*nearSum) + float64(2*farSum),
		m[5] + float64(near3*nearDiff) + float64(far3*farDiff),
	}
}

func winogradInput[T Real](v []T, vStep int, x []T, xAt int, patch []int, zeros []T, channels int) {
	lanes := LanesOf[T]()
	for n := range channels * lanes {
		var half [6][6]float64 // by column of the patch
		for j := range half {
			var d [6]float64
			for i := range d {
				if p := patch[i*patchSide+j]; p == absent {
					d[i] = float64(zeros[n])
				} else {
					d[i] = float64(x[(xAt+p)*lanes+n])
				}
			}
			half[j] = spread(d)
		}
		for i := range patchSide {
			row := spread([6]float64{half[0][i], half[1][i], half[2][i], half[3][i], half[4][i], half[5][i]})
			for j, value := range row {
				v[(i*patchSide+j)*vStep*lanes+n] = T(value)
			}
		}
	}
}

func winogradUpstream[T Real](z []T, zStep int, dy []T, dyAt, row, pixel, channels int) {
	lanes := LanesOf[T]()
	for n := range channels * lanes {
		var half [4][6]float64 // by column of the tile
		for j := range half {
			var y [4]float64
			for i := range y {
				y[i] = float64(dy[(dyAt+i*row+j*pixel)*lanes+n])
			}
			half[j] = raise(y)
		}
		for i := range patchSide {
			for j, value := range raise([4]float64{half[0][i], half[1][i], half[2][i], half[3][i]}) {
				z[(i*patchSide+j)*zStep*lanes+n] = T(value)
			}
		}
	}
}

func winogradProduct[T Real](m, v []T, vStep int, u []T, uStep, channels int) {
	const outs = 4
	lanes := LanesOf[T]()
	for p := range positions {
		for o := range outs {
			sum := m[(p*productStep+o)*lanes:][:lanes]
			clear(sum)
			for c := range channels {
				axpy(sum, u[p*uStep+c*outs+o], v[(p*vStep+c)*lanes:])
			}
		}
	}
}

func winogradOutput[T Real](
	out, rect []T, outAt, row, pixel int, gate, m, bias []T, outs int, add bool,
) {
	lanes := LanesOf[T]()
	for n := range outs * lanes {
		var half [6][4]float64 // by row of the positions
		for i := range half {
			var p [6]float64
			for j := range p {
				p[j] = float64(m[(i*patchSide+j)*productStep*lanes+n])
			}
			half[i] = lower(p)
		}
		for j := range tileSide {
			column := lower([6]float64{half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j]})
			for i, value := range column {
				y := T(value)
				at := (outAt+i*row+j*pixel)*lanes + n
				if len(bias) > 0 {
					y += bias[n/lanes]
				}
				if len(gate) > 0 && !(gate[at] > 0) {
					y = 0
				}
				if add {
					y += out[at]
				}
				if len(out) > 0 {
					out[at] = y
				}
				if len(rect) > 0 {
					rect[at] = max(y, 0)
				}
			}
		}
	}
}

func winogradWeights[T Real](
	du []T, duAt, duStep, duRow int, v []T, vStep, vTile int, z []T, zStep, zTile, tiles, ins, outs int,
) {
	lanes := LanesOf[T]()
	for p := range positions {
		for i := range ins * 4 {
			for o := range outs * 4 {
				var sum T
				for t := range tiles {
					a, b := (p*vStep+t*vTile+i)*lanes, (p*zStep+t*zTile+o)*lanes
					sum += dot(v[a:a+lanes], z[b:b+lanes])
				}
				du[duAt+p*duStep+i/4*duRow+o/4*16+i%4*4+o%4] += sum
			}
		}
	}
}
