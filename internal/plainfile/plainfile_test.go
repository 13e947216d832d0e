package plainfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/internal/plainfile"
)

func TestWhatIsNoFileIsNamed(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Skip(err)
	}
	for path, kind := range map[string]string{dir: "a folder", link: "a folder", os.DevNull: "a device"} {
		_, err := plainfile.Open(path, os.O_RDWR|os.O_CREATE, 0o644)
		if no, ok := errors.AsType[*plainfile.KindError](err); !ok || no.Error() != path+" is "+kind+": name a file" {
			t.Errorf("error %v, want that %s is %s", err, path, kind)
		}
	}
}

func TestFilesAreOpenedAndMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if _, err := plainfile.Open(path, os.O_RDWR, 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	for range 2 {
		f, err := plainfile.Open(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
