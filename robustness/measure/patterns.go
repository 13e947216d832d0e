package measure

import (
	"math"
	"math/bits"
)

// signs returns a bit for each unit of an activation, image by image: 1 where the value is above 0. The bits of a unit
// stand at the same place for all images.
func signs(a Activation) [][]uint64 {
	words := (a.Pixels*a.Channels + 63) / 64
	all := make([]uint64, a.Images*words)
	a.rows(func(first, pixel, channel int, values, _ []float64) {
		unit := pixel*a.Channels + channel
		at := first*words + unit/64
		for _, v := range values {
			all[at] |= above(v) << (unit % 64)
			at += words
		}
	})
	images := make([][]uint64, a.Images)
	for i := range images {
		images[i] = all[i*words : (i+1)*words]
	}
	return images
}

// above is 1 for numbers above 0, by their bits: a processor cannot foresee which branch the sign of an activation
// takes.
func above(v float64) uint64 {
	b := math.Float64bits(v)
	return (-b &^ b) >> 63
}

// agreement counts how often ReLUs do the same for two images.
type agreement struct {
	units     int
	different [][]int // [i][j], j < i: units that are above 0 for one of the images only
}

// agreementOf looks at all ReLUs of the network's last pass.
func agreementOf(n Network) *agreement {
	g := new(agreement)
	n.See(Rectified, func(a Activation) {
		if g.different == nil {
			g.different = make([][]int, a.Images)
			for i := range g.different {
				g.different[i] = make([]int, i)
			}
		}
		g.units += a.Pixels * a.Channels
		of := signs(a)
		for i, row := range g.different {
			for j := range row {
				row[j] += distance(of[i], of[j])
			}
		}
	})
	return g
}

// distance is that of Hamming.
func distance(a, b []uint64) (n int) {
	for i, v := range a {
		n += bits.OnesCount64(v ^ b[i])
	}
	return n
}
