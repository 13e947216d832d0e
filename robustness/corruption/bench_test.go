package corruption

import (
	"fmt"
	"testing"

	"github.com/nassearch/nassearch/internal/stream"
	"github.com/nassearch/nassearch/robustness"
)

func BenchmarkOne(b *testing.B) {
	s := robustness.Shape{Channels: 3, Height: 32, Width: 32}
	x := noise(s, 100, 1)
	to := make([]uint8, s.Size())
	src := stream.NewSource()
	for _, c := range Corruptions() {
		for severity := 1; severity <= Severities; severity++ {
			b.Run(fmt.Sprintf("%s/%d", c.Name(), severity), func(b *testing.B) {
				f := c.At(s, severity)
				i := 0
				for b.Loop() {
					f(to, x.Image(i%100), src.At(0, "x", i))
					i++
				}
			})
		}
	}
}
