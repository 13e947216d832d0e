package kernel

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
)

// What the kernels computed when they were float32 alone, they compute still, bit by bit.
func TestSinglesKeepTheirBits(t *testing.T) {
	earlier := map[string]string{"avx512": "ce210b78f7a40642", "avx2": "b0848cac4c0beae6", "generic": "8e68d7aed84c5ddf"}
	for _, k := range Available() {
		if k.Tiled() {
			continue // its bits are new
		}
		t.Run(k.Name, func(t *testing.T) {
			if got := digestOf(t, k); got != earlier[k.Name] {
				t.Errorf("digest %s, want %s", got, earlier[k.Name])
			}
		})
	}
}

// digestOf runs everything that a kernel has, on odd sizes, and digests what it writes.
func digestOf(t *testing.T, k *Kernel) string {
	sum := sha256.New()
	keep := func(v ...[]float32) {
		for _, v := range v {
			if err := binary.Write(sum, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := rand.New(rand.NewPCG(9, 9))
	for _, g := range geometries {
		c, err := NewConv(g.in, g.out, g.h, g.w, g.k, g.stride)
		if err != nil {
			t.Fatal(err)
		}
		x, dy := normal[float32](r, g.images*g.in*g.h*g.w), normal[float32](r, g.images*g.out*c.OutH*c.OutW)
		y, dx, dw := runConv(k, c, g.images, x, normal[float32](r, c.Weights()), dy)
		keep(y, dx, dw)
	}
	const channels, h, w, n = 5, 6, 4, 5 * 6 * 4 * Lanes
	x, y, z, rect := normal[float32](r, n), normal[float32](r, n), normal[float32](r, n), normal[float32](r, n)
	a, b, c, lanes := normal[float32](r, channels), normal[float32](r, channels), normal[float32](r, channels), Alloc[float32](Lanes)
	for l := range 11 {
		lanes[l] = 1
	}
	for _, p := range []*Pool[float32]{AveragePool3[float32](channels, h, w), AveragePool2[float32](channels, h, w), GlobalAverage[float32](channels, h, w)} {
		k.Pool(p, y, x, 0, p.OutH, true)
		k.PoolBack(p, z, y, 0, p.H, true)
		keep(y, z)
	}
	first, second := make([]float32, channels), make([]float32, channels)
	k.Stats(x, lanes, channels, h*w, h*w*11, first, second)
	keep(first, second)
	k.NormSums(y, x, a, channels, h*w, first, second)
	keep(first, second)
	k.NormBack(z, y, x, a, b, c, lanes, channels, h*w)
	k.Affine(y, rect, x, a, b, channels, h*w, true)
	keep(z, y, rect)
	k.Gate(z, y, x)
	k.SGD(x, y, z, .1, .9, 5e-4, true)
	keep(x, z)
	return fmt.Sprintf("%x", sum.Sum(nil))[:16]
}
