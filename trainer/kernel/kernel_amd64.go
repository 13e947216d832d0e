package kernel

import "golang.org/x/sys/cpu"

// singles returns the assembly kernels that the processor and the operating system support.
func singles() []*Kernel {
	var k []*Kernel
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL && cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		k = append(k, &Kernel{
			Name: "avx512", tile: 8, width: 16,
			conv8: conv8AVX512, conv4: conv4AVX512, wgrad1: wgrad1AVX512, wgrad3: wgrad3AVX512, gather: gatherAVX512,
			transpose4: transposeAVX512, scale4: scaleAVX512,
			stats: statsAVX512, NormSums: bnSumsAVX512, NormBack: bnBackwardAVX512, Affine: affineAVX512,
			ReLU: reluAVX512, Gate: gateAVX512, SGD: sgdAVX512, peak: peakAVX512,
		})
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		k = append(k, &Kernel{
			Name: "avx2", tile: 4, width: 8,
			conv4: conv4AVX2, wgrad1: wgrad1AVX2, wgrad3: wgrad3AVX2, gather: gatherAVX2,
			transpose4: transposeAVX2, scale4: scaleAVX2,
			stats: statsAVX2, NormSums: bnSumsAVX2, NormBack: bnBackwardAVX2, Affine: affineAVX2,
			ReLU: reluAVX2, Gate: gateAVX2, SGD: sgdAVX2, peak: peakAVX2,
		})
	}
	return k
}

func doubles() []*Double { return nil }
