package measure

import (
	"context"
	"math"

	"gonum.org/v1/gonum/mat"
)

// nwot says how well the pattern of the ReLUs tells images apart: log |det K|, K_ij the number of ReLU inputs that are
// above 0 for both images or for neither. A ReLU counts once for every edge that has one.
func nwot() Measure {
	return Measure{
		Name: "nwot", Words: "NWOT", Meaning: "log determinant of how often ReLUs agree on two images",
		Source: "Mellor et al., ICML 2021", Undefined: "images have the same pattern of ReLUs, or nearly",
		Needs: Needs{Images: true}, Passes: 1,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		if c.kept.agreement == nil {
			n, _, err := c.pass(ctx, c.batch(0))
			if err != nil {
				return 0, err
			}
			c.kept.agreement = agreementOf(n)
		}
		return c.kept.agreement.logDet(), nil
	})
}

// logDet is the logarithm of the determinant; -Inf where it cannot be told from 0.
func (g *agreement) logDet() float64 {
	n := len(g.different)
	k := mat.NewDense(n, n, nil)
	for i, row := range g.different {
		k.Set(i, i, float64(g.units))
		for j, d := range row {
			k.Set(i, j, float64(g.units-d))
			k.Set(j, i, float64(g.units-d))
		}
	}
	var lu mat.LU
	lu.Factorize(k)
	if !(lu.Cond() < mat.ConditionTolerance) {
		return math.Inf(-1)
	}
	logDet, _ := lu.LogDet()
	return logDet
}
