package external_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// fixed is a program of a shell that answers with fixed values, as fast as a process can.
const fixed = `#!/bin/sh
printf '{"values":{"clean_acc":0.5,"pgd_acc@8/255":0.25}}' >"$NASSEARCH_RESULT"
`

// BenchmarkTrial measures what a trial of no cost takes: of a process with the process alone beside it, in a temporary
// folder and in one that is kept, and of a program that stays.
func BenchmarkTrial(b *testing.B) {
	script := filepath.Join(b.TempDir(), "fixed")
	if err := os.WriteFile(script, []byte(fixed), 0o755); err != nil {
		b.Fatal(err)
	}
	b.Run("process alone", func(b *testing.B) {
		out := "NASSEARCH_RESULT=" + filepath.Join(b.TempDir(), "result.json")
		for b.Loop() {
			cmd := exec.Command(script)
			cmd.Env = append(os.Environ(), out)
			if err := cmd.Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, way := range []string{"exec", "exec kept", "serve"} {
		b.Run(way, func(b *testing.B) {
			c := config(b, "serve good")
			if way != "serve" {
				c.Command, c.Stays = fmt.Sprintf("'%s'", script), false
			}
			if way == "exec kept" {
				c.Folder = b.TempDir()
			}
			e := evaluator(b, c)
			q := request(4711)
			if _, err := e.Evaluate(b.Context(), q); err != nil { // a program that stays is started
				b.Fatal(err)
			}
			for b.Loop() {
				q.Seed++
				if _, err := e.Evaluate(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
