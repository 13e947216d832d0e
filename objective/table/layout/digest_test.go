package layout

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tableOfDigits is a table of digits with one file of values.
func tableOfDigits(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	w := NewWriter(&b)
	clean := Source{Key: "clean", Name: "clean"}
	members := func(yield func(Member) bool) {
		for i := range 3 {
			if !yield(Member{i, digits{}.Class(i), i}) {
				return
			}
		}
	}
	values := func(yield func(int, []float64) bool) {
		for i := range 3 {
			if !yield(i, []float64{.25 * float64(i)}) {
				return
			}
		}
	}
	err := errors.Join(w.Meta(members, nil), w.Values("d", clean, Accuracy, 2, values))
	p := map[string]any{"table": Protocol{Name: "d", Datasets: []string{"d"}, Description: "d", DefaultEps: 8, Files: w.Digests()}}
	if err := errors.Join(err, w.Protocol(p), w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readDigits reads a table of digits from a file.
func readDigits(t testing.TB, dir string, content []byte) (Grid, error) {
	t.Helper()
	path := filepath.Join(dir, "t.zip")
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := Open(path, digits{}, "", "")
	if err != nil {
		return Grid{}, err
	}
	return d.Read(t.Context(), Source{Key: "clean", Name: "clean"}, Accuracy, Every)
}

// Whatever byte of a table is damaged, it reads as before or is refused.
func TestNoDamageOfATableIsSilent(t *testing.T) {
	dir, good := t.TempDir(), tableOfDigits(t)
	want, err := readDigits(t, dir, good)
	if err != nil {
		t.Fatal(err)
	}
	for i := range good {
		for _, flip := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(good)
			bad[i] ^= flip
			got, err := readDigits(t, dir, bad)
			if err == nil && (len(got.Values) != len(want.Values) || got.Row(2)[0] != want.Row(2)[0]) {
				t.Fatalf("byte %d: %v, want %v or an error", i, got, want)
			}
		}
	}
}

// Whatever byte of an unpacked table is damaged, it reads as before, of itself too, or is refused.
func TestNoDamageOfAFolderIsSilent(t *testing.T) {
	dir, table := t.TempDir(), tableOfDigits(t)
	archive, err := zip.NewReader(bytes.NewReader(table), int64(len(table)))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, archive); err != nil {
		t.Fatal(err)
	}
	read := func() (string, error) {
		d, err := Open(dir, digits{}, "", "")
		if err != nil {
			return "", err
		}
		g, err := d.Read(t.Context(), Source{Key: "clean", Name: "clean"}, Accuracy, Every)
		return fmt.Sprintf("%v %+v", g.Values, *d.Protocol), err
	}
	want, err := read()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ProtocolFile, MetaFile, "d/clean_accuracy.json"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		damaged := func(what string, bad []byte) {
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			var format *FormatError
			got, err := read()
			if err == nil && got != want || err != nil && !errors.As(err, &format) {
				t.Fatalf("%s, %s: %s, %v; want %s or a *FormatError", name, what, got, err, want)
			}
		}
		for i := range good {
			for _, flip := range []byte{1, 0x20} {
				bad := bytes.Clone(good)
				bad[i] ^= flip
				damaged(fmt.Sprintf("byte %d flipped by %d", i, flip), bad)
			}
			damaged(fmt.Sprintf("byte %d taken out", i), slices.Delete(bytes.Clone(good), i, i+1))
			if i%16 == 0 {
				damaged(fmt.Sprintf("cut at byte %d", i), good[:i])
			}
		}
		damaged("nothing", good)
	}
}

func FuzzZip(f *testing.F) {
	f.Add(tableOfDigits(f))
	f.Fuzz(func(t *testing.T, content []byte) { readDigits(t, t.TempDir(), content) })
}

func FuzzProtocol(f *testing.F) {
	f.Add([]byte(`{"table": {"name": "d", "datasets": ["d"], "description": "d", "files": {"meta.json": "00"}}, "seeds": [1, 2]}`))
	f.Fuzz(func(t *testing.T, content []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ProtocolFile), content, 0o644); err != nil {
			t.Fatal(err)
		}
		Open(dir, digits{}, "", "")
	})
}
