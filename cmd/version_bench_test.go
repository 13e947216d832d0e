package cmd_test

import (
	"io"
	"testing"

	"github.com/nassearch/nassearch/cmd"
)

// Every command line pays for what the whole program declares: commands, flags, help, what extensions may add.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if code := cmd.Run(b.Context(), cmd.Extensions{}, []string{"version"}, io.Discard, io.Discard); code != 0 {
			b.Fatalf("exit code %d", code)
		}
	}
}
