package measure

// featuresOf returns copies of the features of the network's last pass, (images, channels and pixels) each.
func featuresOf(n Network) (maps [][]float64) {
	n.See(Features, func(a Activation) { maps = append(maps, a.byImage()) })
	return maps
}

// byImage returns a copy of the values, (images, channels and pixels).
func (a Activation) byImage() []float64 {
	each := a.Pixels * a.Channels
	m := make([]float64, a.Images*each)
	a.rows(func(first, pixel, channel int, values, _ []float64) {
		at := first*each + channel*a.Pixels + pixel
		for _, v := range values {
			m[at] = v
			at += each
		}
	})
	return m
}
