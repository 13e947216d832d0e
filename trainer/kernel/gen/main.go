// Command gen writes the assembly of package kernel: every kernel for AVX-512 (512-bit vectors, 32 registers) and for
// AVX2 with FMA (256-bit vectors, 16 registers), of float32 and of float64. Run it by go generate.
package main

import (
	"slices"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64")
	for _, n := range []number{single(), double()} {
		for _, m := range []machine{
			{set: "AVX512", bytes: 64, statChannels: []int{8, 4, 1}, sumChannels: []int{8, 4, 1}, sumVectors: 8, gathered: 8},
			{set: "AVX2", bytes: 32, statChannels: []int{2, 1}, sumChannels: []int{1}, sumVectors: 4, gathered: 2},
		} {
			m.number = n
			m.write()
		}
	}
	Generate()
}

// write writes all kernels.
func (m *machine) write() {
	kernels := []func(){
		func() { m.conv(4) }, func() { m.wgrad(1, 4) }, func() { m.wgrad(3, 2) }, m.transpose, m.scale, m.stats, m.bnSums,
		m.bnBackward, m.affine, m.gather, m.relu, m.gate, m.sgd, m.peak,
	}
	if m.wide() {
		kernels = slices.Insert(kernels, 0, func() { m.conv(8) })
	}
	if m.size == 4 {
		kernels = append(kernels, m.winograd()...)
	}
	for _, write := range kernels {
		write()
		ret()
	}
}
