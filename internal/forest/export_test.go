package forest

// Trees is how many there are.
func (f *Forest) Trees() int { return len(f.trees) }

// Each writes what every tree predicts of a row. It allocates nothing.
func (f *Forest) Each(row, to []float64) {
	for i, t := range f.trees {
		to[i] = t.predict(row)
	}
}
