package measure

// featuresOf returns copies of the features of the network's last pass, (images, channels and pixels) each.
func featuresOf(n Network) (maps [][]float64) {
	n.See(Features, func(a Activation) {
		each := a.Pixels * a.Channels
		m := make([]float64, a.Images*each)
		a.rows(func(first, pixel, channel int, values, _ []float64) {
			at := first*each + channel*a.Pixels + pixel
			for _, v := range values {
				m[at] = v
				at += each
			}
		})
		maps = append(maps, m)
	})
	return maps
}
