package kernel

import "golang.org/x/sys/cpu"

func hasAVX512() bool {
	return cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasAVX2 && cpu.X86.HasFMA
}

func hasAVX2() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

// singles returns the assembly kernels that the processor and the operating system support, fastest first.
func singles() []*Kernel {
	var k []*Kernel
	if hasAVX512() {
		direct := &Kernel{
			Name: "avx512", tile: 8, width: 16,
			conv8: conv8AVX512, conv4: conv4AVX512, wgrad1: wgrad1AVX512, wgrad3: wgrad3AVX512, gather: gatherAVX512,
			transpose4: transposeAVX512, scale4: scaleAVX512,
			stats: statsAVX512, NormSums: bnSumsAVX512, NormBack: bnBackwardAVX512, Affine: affineAVX512,
			ReLU: reluAVX512, Gate: gateAVX512, SGD: sgdAVX512, peak: peakAVX512,
		}
		k = append(k, direct.tiled("winograd512", &winograd[float32]{
			input: winogradInputAVX512, upstream: winogradUpstreamAVX512, product8: winogradProduct8AVX512,
			product4: winogradProduct4AVX512, output: winogradOutputAVX512, weights: winogradWeightsAVX512,
		}), direct)
	}
	if hasAVX2() {
		direct := &Kernel{
			Name: "avx2", tile: 4, width: 8,
			conv4: conv4AVX2, wgrad1: wgrad1AVX2, wgrad3: wgrad3AVX2, gather: gatherAVX2,
			transpose4: transposeAVX2, scale4: scaleAVX2,
			stats: statsAVX2, NormSums: bnSumsAVX2, NormBack: bnBackwardAVX2, Affine: affineAVX2,
			ReLU: reluAVX2, Gate: gateAVX2, SGD: sgdAVX2, peak: peakAVX2,
		}
		k = append(k, direct.tiled("winograd256", &winograd[float32]{
			input: winogradInputAVX2, upstream: winogradUpstreamAVX2, product4: winogradProduct4AVX2,
			output: winogradOutputAVX2, weights: winogradWeightsAVX2,
		}), direct)
	}
	return k
}

// doubles returns their twins in float64.
func doubles() []*Double {
	var k []*Double
	if hasAVX512() {
		k = append(k, &Double{
			Name: "avx512", tile: 8, width: 8,
			conv8: conv8AVX512Double, conv4: conv4AVX512Double, wgrad1: wgrad1AVX512Double, wgrad3: wgrad3AVX512Double,
			gather: gatherAVX512Double, transpose4: transposeAVX512Double, scale4: scaleAVX512Double,
			stats: statsAVX512Double, NormSums: bnSumsAVX512Double, NormBack: bnBackwardAVX512Double,
			Affine: affineAVX512Double, ReLU: reluAVX512Double, Gate: gateAVX512Double, SGD: sgdAVX512Double,
			peak: peakAVX512Double,
		})
	}
	if hasAVX2() {
		k = append(k, &Double{
			Name: "avx2", tile: 4, width: 4,
			conv4: conv4AVX2Double, wgrad1: wgrad1AVX2Double, wgrad3: wgrad3AVX2Double,
			gather: gatherAVX2Double, transpose4: transposeAVX2Double, scale4: scaleAVX2Double,
			stats: statsAVX2Double, NormSums: bnSumsAVX2Double, NormBack: bnBackwardAVX2Double,
			Affine: affineAVX2Double, ReLU: reluAVX2Double, Gate: gateAVX2Double, SGD: sgdAVX2Double,
			peak: peakAVX2Double,
		})
	}
	return k
}
