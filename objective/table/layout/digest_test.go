package layout

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
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
