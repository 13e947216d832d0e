package reliability

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// verdict is what came of a damage.
type verdict int

const (
	right verdict = iota
	repaired
	refused
	unknowable // another number, in a file without a digest
	silent     // another number
	nameless   // refused, without saying which file
	broken     // a panic, or no end
	verdicts
)

func (v verdict) String() string {
	return [...]string{"right", "repaired", "refused", "unknowable", "silent", "nameless", "broken"}[v]
}

// A damaged file is read right, repaired, or refused by name.
func TestDamageIsNoticed(t *testing.T) {
	for _, k := range kinds {
		if *only != "" && *only != k.name {
			continue
		}
		t.Run(k.name, func(t *testing.T) {
			whole := t.TempDir()
			k.make(t, whole)
			before := copied(t, whole)
			want := k.judge(t, before, run(before, k.read))
			if want.code != 0 {
				t.Fatalf("undamaged: %s", want.errors)
			}
			var counts [verdicts]int
			tries := *damages * max(1, k.times)
			for i := range tries {
				r := rand.New(rand.NewPCG(*seed, uint64(i)))
				dir := copied(t, whole)
				file, what := k.damage(t, dir, r)
				got := run(dir, k.read)
				v := k.verdict(want, k.judge(t, dir, got), filepath.Base(file))
				if counts[v]++; v >= silent {
					t.Errorf("damage %d, %s of %s: %v: code %d: %s%s", i, what, file, v, got.code, got.errors, got.panicked)
				}
				if err := os.RemoveAll(dir); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("%s: %d tried, %v", k.name, tries, counts)
		})
	}
}

// judge adds to what came of a command what it wrote, without what differs between equal runs.
func (k kind) judge(t *testing.T, dir string, r ran) ran {
	r.out = strings.ReplaceAll(settled(r.out), dir, "DIR")
	if k.result != nil && r.code == 0 {
		r.out = k.result(t, dir)
	}
	return r
}

func (k kind) verdict(want, got ran, file string) verdict {
	switch {
	case got.panicked != "" || got.late:
		return broken
	case got.code != 0 && (strings.Contains(got.errors, file) || k.open && strings.Contains(got.errors, filepath.Dir(file))):
		return refused
	case got.code != 0 && k.name == "configuration": // what it sets is refused under its own name
		return refused
	case got.code != 0:
		return nameless
	case strings.Contains(got.errors, "left out"): // and so it is said that the result is less
		return repaired
	case got.out == want.out && strings.Contains(got.errors, "cut off"):
		return repaired
	case got.out == want.out:
		return right
	case k.open:
		return unknowable
	}
	return silent
}

// copied returns a copy of a folder.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to, err := os.MkdirTemp(t.TempDir(), "")
	if err == nil {
		err = os.CopyFS(to, os.DirFS(dir))
	}
	if err != nil {
		t.Fatal(err)
	}
	return to
}

// damage damages a file, and says which and how.
func (k kind) damage(t *testing.T, dir string, r *rand.Rand) (file, what string) {
	t.Helper()
	var files []string
	err := filepath.Walk(filepath.Join(dir, k.file), func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() && info.Size() > 0 {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	file = files[r.IntN(len(files))]
	text := []byte(read(t, file))
	for {
		h := harms[r.IntN(len(harms))]
		damaged := h.do(r, slices.Clone(text))
		if string(damaged) == string(text) || k.growing && earlier(string(text), string(damaged)) {
			continue
		}
		write(t, string(damaged), file)
		return file, h.name
	}
}

// earlier says whether a text is whole lines from the beginning of a log.
func earlier(log, text string) bool {
	return strings.HasPrefix(log, text) && strings.HasSuffix(text, "\n")
}

// harms are what happens to files.
var harms = []struct {
	name string
	do   func(r *rand.Rand, b []byte) []byte
}{
	{"a bit flipped", func(r *rand.Rand, b []byte) []byte { b[r.IntN(len(b))] ^= 1 << r.IntN(8); return b }},
	{"a byte changed", func(r *rand.Rand, b []byte) []byte { b[r.IntN(len(b))] = byte(r.Uint32()); return b }},
	{"a digit changed", func(r *rand.Rand, b []byte) []byte {
		for range 1000 {
			if i := r.IntN(len(b)); b[i] >= '0' && b[i] <= '9' {
				b[i] = byte('0' + r.IntN(10))
				break
			}
		}
		return b
	}},
	{"cut", func(r *rand.Rand, b []byte) []byte { return b[:r.IntN(len(b))] }},
	{"bytes taken out", func(r *rand.Rand, b []byte) []byte { i, j := span(r, len(b)); return slices.Delete(b, i, j) }},
	{"bytes put in", func(r *rand.Rand, b []byte) []byte {
		more := make([]byte, 1+r.IntN(16))
		for i := range more {
			more[i] = byte(r.Uint32())
		}
		return slices.Insert(b, r.IntN(len(b)+1), more...)
	}},
	{"zeros written over", func(r *rand.Rand, b []byte) []byte { i, j := span(r, len(b)); clear(b[i:j]); return b }},
	{"the end zeroed", func(r *rand.Rand, b []byte) []byte { clear(b[len(b)-1-r.IntN(min(len(b), 512)):]); return b }},
	{"a block doubled", func(r *rand.Rand, b []byte) []byte {
		i, j := span(r, len(b))
		return slices.Insert(b, j, slices.Clone(b[i:j])...)
	}},
	{"a block moved", func(r *rand.Rand, b []byte) []byte {
		i, j := span(r, len(b))
		block := slices.Clone(b[i:j])
		b = slices.Delete(b, i, j)
		return slices.Insert(b, r.IntN(len(b)+1), block...)
	}},
	{"a line taken out", lines(func(r *rand.Rand, l []string) []string { i := r.IntN(len(l)); return slices.Delete(l, i, i+1) })},
	{"a line doubled", lines(func(r *rand.Rand, l []string) []string { i := r.IntN(len(l)); return slices.Insert(l, i, l[i]) })},
	{"lines exchanged", lines(func(r *rand.Rand, l []string) []string {
		i, j := r.IntN(len(l)), r.IntN(len(l))
		l[i], l[j] = l[j], l[i]
		return l
	})},
}

// span draws a part of so many bytes, which are at least one.
func span(r *rand.Rand, n int) (from, to int) {
	from = r.IntN(n)
	return from, from + 1 + r.IntN(min(n-from, 512))
}

// lines does something to the lines of a text.
func lines(do func(*rand.Rand, []string) []string) func(*rand.Rand, []byte) []byte {
	return func(r *rand.Rand, b []byte) []byte {
		return []byte(strings.Join(do(r, strings.SplitAfter(string(b), "\n")), ""))
	}
}
