package measure

import (
	"context"
	"math"
	"slices"
)

// epeNAS says how different the network is around images of the same class: |sum of log(|r| + k)| over the
// correlations r between gradients of the class's images, each with itself too, k = 1e-5, summed over the classes that
// have images.
func epeNAS() Measure {
	return Measure{
		Name: "epe_nas", Words: "EPE-NAS", Meaning: "correlations between gradients of images of the same class",
		Source: "Lopes et al., ICANN 2021", Undefined: overflow,
		Needs: Needs{Images: true, Labels: true, Gradients: true}, Passes: 2,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		correlations, err := c.correlations(ctx)
		if err != nil {
			return 0, err
		}
		labels := c.Labels[:c.batch(0)]
		classes := slices.Sorted(slices.Values(labels))
		total := 0.
		for _, class := range slices.Compact(classes) {
			sum := 0.
			for i, a := range labels {
				for j, b := range labels {
					if a == class && b == class {
						sum += math.Log(math.Abs(correlations.At(i, j)) + likenessFloor)
					}
				}
			}
			total += math.Abs(sum)
		}
		return total, nil
	})
}
