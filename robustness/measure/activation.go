package measure

// rows calls f for each channel at each pixel with the values of the images from first on that stand together, and
// their gradients, which are nil if nobody asked for them.
func (a Activation) rows(f func(first, pixel, channel int, values, gradients []float64)) {
	at := 0
	for first := 0; first < a.Images; first += a.Lanes {
		lanes := min(a.Lanes, a.Images-first)
		for pixel := range a.Pixels {
			for channel := range a.Channels {
				var gradients []float64
				if a.Gradients != nil {
					gradients = a.Gradients[at : at+lanes]
				}
				f(first, pixel, channel, a.Values[at:at+lanes], gradients)
				at += a.Lanes
			}
		}
	}
}

// eachLayer calls f for the weights of each convolution and the classifier with what the last pass has behind it.
func eachLayer(n Network, f func(p Parameter, a Activation)) {
	var weights []Parameter
	for _, p := range n.Parameters() {
		if p.Kind == Weight {
			weights = append(weights, p)
		}
	}
	layer := 0
	n.See(Convolved, func(a Activation) {
		f(weights[layer], a)
		layer++
	})
}

// fanIn is the number of weights of an output channel; 1 of what has one number for each.
func (p Parameter) fanIn() int {
	weights := 1
	for _, n := range p.Shape[1:] {
		weights *= n
	}
	return weights
}
