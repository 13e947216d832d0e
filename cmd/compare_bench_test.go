package cmd_test

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/cmd"
)

// BenchmarkCompare is the whole command on the released table, 300 queries a run: 100 runs each of the strategies that
// take milliseconds, with a folder and without, and 4 runs of bo.
func BenchmarkCompare(b *testing.B) {
	if releasedData() == "" {
		b.Skip("no released dataset")
	}
	for _, c := range []struct {
		name string
		args []string
	}{
		{"fast", []string{"--runs", "100", "--strategies", "random,evolution,local"}},
		{"fast-kept", []string{"--runs", "100", "--strategies", "random,evolution,local", "--out"}},
		{"bo", []string{"--runs", "4", "--strategies", "bo"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				args := append([]string{"compare", "--data", releasedData()}, c.args...)
				if args[len(args)-1] == "--out" {
					args = append(args, filepath.Join(b.TempDir(), "kept"))
				}
				if code := cmd.Run(b.Context(), cmd.Extensions{}, args, io.Discard, io.Discard); code != 0 {
					b.Fatalf("exit code %d", code)
				}
			}
		})
	}
}
