package measure

import (
	"context"
	"encoding/binary"
	"fmt"
)

const (
	regionImages   = 1000
	regionChannels = 1
	regionSide     = 4
)

// linearRegions counts the linear pieces of a tiny network of the cell that images fall into: how many different
// patterns of ReLUs there are among at most 1,000 images, whose pixels are averaged to 4 x 4. The network has one
// channel in its first stage and one cell a stage.
func linearRegions() Measure {
	return Measure{
		Name: "linear_regions", Words: "linear regions",
		Meaning: "different patterns of ReLUs among 1,000 small images, of a tiny network of the cell",
		Source:  "Chen et al. (TE-NAS), ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, AnyWeights: true}, Images: regionImages, Passes: .01,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		n, err := regions(ctx, c, regionChannels)
		return float64(n), err
	})
}

// regions counts those of a network of the given width.
func regions(ctx context.Context, c *Case, channels int) (int, error) {
	if c.Side%regionSide != 0 {
		return 0, &CaseError{"side of images", c.Side, fmt.Sprintf("a multiple of %d", regionSide)}
	}
	n, err := c.open(Variant{Channels: channels, Side: regionSide}, Training)
	if err != nil {
		return 0, err
	}
	images := min(c.images(), regionImages)
	logits, err := n.Forward(ctx, averaged(c.Input(0, images), c.Side, c.Side/regionSide), Training)
	if err == nil {
		err = reached(logits)
	}
	if err != nil {
		return 0, err
	}
	patterns := make([][]byte, images)
	n.See(Rectified, func(a Activation) {
		for i, words := range signs(a) {
			for _, w := range words {
				patterns[i] = binary.LittleEndian.AppendUint64(patterns[i], w)
			}
		}
	})
	different := map[string]bool{}
	for _, p := range patterns {
		different[string(p)] = true
	}
	return len(different), nil
}

// averaged returns planes of the given side with by x by pixels made one.
func averaged(x []float64, side, by int) []float64 {
	small := make([]float64, len(x)/by/by)
	for i, v := range x {
		row, column := i/side, i%side // a plane's last row ends a block
		small[row/by*(side/by)+column/by] += v
	}
	for i := range small {
		small[i] /= float64(by * by)
	}
	return small
}
