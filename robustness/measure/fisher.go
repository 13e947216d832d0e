package measure

import "context"

// fisher is, summed over output channels of convolutions and the classifier, half the mean over images of the square
// of the channel's summed activation x gradient of the loss, as often as the channel has weights.
func fisher() Measure {
	return Measure{
		Name: "fisher", Words: "Fisher", Meaning: "sum over channels of the squared activation x gradient, by weights",
		Source: "Turner et al., ICLR 2020; Abdelfattah et al., ICLR 2021", Undefined: overflow,
		Needs: Needs{Images: true, Labels: true, Gradients: true}, Passes: 3,
	}.by(func(ctx context.Context, c *Case) (float64, error) {
		l, err := c.lossOf(ctx)
		if err != nil {
			return 0, err
		}
		return l.saliency, nil
	})
}

// saliencyOf is fisher of the network's last pass and its gradients.
func saliencyOf(n Network) (total float64) {
	eachLayer(n, func(p Parameter, a Activation) {
		sums := make([]float64, a.Images*a.Channels) // over pixels
		a.rows(func(first, _, channel int, values, gradients []float64) {
			at := first*a.Channels + channel
			for i, v := range values {
				sums[at] += v * gradients[i]
				at += a.Channels
			}
		})
		square := 0.
		for _, v := range sums {
			square += v * v
		}
		total += square / 2 / float64(a.Images) * float64(p.fanIn())
	})
	return total
}
