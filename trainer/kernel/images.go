package kernel

// Interleave writes images [image][channel][row][column] as blocks [block][row][column][channel][lane], each value
// as scale[c] v + shift[c]; both may be nil. Lanes without an image become 0.
func Interleave(dst, src []float32, channels, pixels int, scale, shift []float32) {
	size := channels * pixels
	images := len(src) / size
	for i := range Blocks(images) * Lanes {
		block := dst[i/Lanes*size*Lanes+i%Lanes:]
		for c := range channels {
			a, b := float32(1), float32(0)
			if scale != nil {
				a, b = scale[c], shift[c]
			}
			if i >= images {
				a, b = 0, 0
			}
			at := min(i, images-1)*size + c*pixels
			for p, v := range src[at : at+pixels] {
				block[(p*channels+c)*Lanes] = a*v + b
			}
		}
	}
}

// Deinterleave writes blocks as images [image][channel][row][column], channel c multiplied by scale[c]; scale may be
// nil. It writes as many images as dst holds.
func Deinterleave(dst, src []float32, channels, pixels int, scale []float32) {
	size := channels * pixels
	for i := range len(dst) / size {
		block := src[i/Lanes*size*Lanes+i%Lanes:]
		for c := range channels {
			a := float32(1)
			if scale != nil {
				a = scale[c]
			}
			out := dst[i*size+c*pixels:][:pixels]
			for p := range out {
				out[p] = a * block[(p*channels+c)*Lanes]
			}
		}
	}
}
