//go:build unix

package plainfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/plainfile"
	"golang.org/x/sys/unix"
)

// A pipe that nobody writes would be waited for.
func TestPipeIsNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	for _, flag := range []int{os.O_RDONLY, os.O_WRONLY, os.O_RDWR} {
		_, err := plainfile.Open(path, flag, 0)
		if no, ok := errors.AsType[*plainfile.KindError](err); !ok || no.Kind != "a pipe" {
			t.Errorf("error %v", err)
		}
	}
}
