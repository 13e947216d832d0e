package table_test

import (
	"archive/zip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/space"
)

// pairs is a space that has nothing to do with NAS-Bench-201: "a,b" with a and b from 0 to 2, where the order
// does not matter. Its 9 architectures fall into 6 classes. The comma makes CSV files quote them.
type pairs struct{}

const pairClasses = 6

func (pairs) Name() string { return "pairs" }

func (pairs) Sample(r *rand.Rand) space.Arch { return pair(r.IntN(3), r.IntN(3)) }

func (pairs) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	x, y, _ := split(a)
	return pair((x+1+r.IntN(2))%3, y)
}

func (pairs) Validate(a space.Arch) error {
	_, _, err := split(a)
	return err
}

func (pairs) Canonical(a space.Arch) space.Arch {
	x, y, _ := split(a)
	return pair(min(x, y), max(x, y))
}

func (pairs) Classes() int { return pairClasses }

func (pairs) Class(i int) space.Arch {
	return []space.Arch{"0,0", "0,1", "0,2", "1,1", "1,2", "2,2"}[i]
}

func (p pairs) ClassOf(a space.Arch) (int, error) {
	if err := p.Validate(a); err != nil {
		return 0, err
	}
	for i := range pairClasses {
		if p.Class(i) == p.Canonical(a) {
			return i, nil
		}
	}
	panic("unreachable")
}

// sizedPairs also knows sizes.
type sizedPairs struct{ pairs }

func (sizedPairs) Params(a space.Arch) int64 {
	x, y, _ := split(a)
	return int64(10*x + y) // differs within a class
}

func (s sizedPairs) FLOPs(a space.Arch) int64 { return 1000 * s.Params(a) }

func pair(x, y int) space.Arch { return space.Arch(fmt.Sprintf("%d,%d", x, y)) }

func split(a space.Arch) (x, y int, err error) {
	if len(a) != 3 || a[0] < '0' || a[0] > '2' || a[1] != ',' || a[2] < '0' || a[2] > '2' {
		return 0, 0, fmt.Errorf("%q is no pair", string(a))
	}
	return int(a[0] - '0'), int(a[2] - '0'), nil
}

// pairsMeta is a meta.json for pairs. Ids run backwards, so that representatives are not the canonical members.
func pairsMeta() string {
	var b strings.Builder
	b.WriteString(`{"ids": {`)
	for id := range 9 {
		if id > 0 {
			b.WriteString(", ")
		}
		n := 8 - id
		x, y := n/3, n%3
		iso := min(id, 8-(3*y+x))
		fmt.Fprintf(&b, `"%d": {"nb201-string": "%s", "isomorph": "%d"}`, id, pair(x, y), iso)
	}
	b.WriteString(`}, "epsilons": {"pgd@Linf": [0.5, 1.0], "fgsm@Linf": [1.0, 8.0, 255.0]}}`)
	return b.String()
}

// pairsData is a small dataset of the released layout. Id 4, the pair "1,1", is a hole of all attacks.
func pairsData() map[string]string {
	return map[string]string{
		"meta.json":                   pairsMeta(),
		"cifar10/clean_accuracy.json": `{"cifar10": {"clean": {"accuracy": {"0": 0.5, "1": 0.6, "2": 0.7, "4": 0.8, "5": 0.9, "8": 0.1}}}}`,
		"cifar10/pgd@Linf_accuracy.json": `{"cifar10": {"pgd@Linf": {"accuracy":
			{"8": [0.08, 0.008], "0": [0.5, 0.1], "1": [0.51, 0.11], "2": [0.52, 0.12], "5": [0.55, 0.15]}}}}`,
		"cifar10/fog_accuracy.json":        `{"cifar10": {"fog": {"accuracy": {"0": [0.5, 0.4, 0.3, 0.2, 0.1], "1": [1, 1, 1, 1, 0]}}}}`,
		"cifar10/clean_cm.json":            `{"cifar10": {"clean": {"cm": {"0": [[9, 1], [2, 8]], "1": [[5, 5], [10, 0]]}}}}`,
		"cifar10/pgd@Linf_cm.json":         `{"cifar10": {"pgd@Linf": {"cm": {"0": [[[9, 1], [2, 8]], [[1, 9], [8, 2]]]}}}}`,
		"cifar10/clean_confidence.json":    `{"cifar10": {"clean": {"confidence": {"0": 0.25, "1": [0.5, 0.25]}}}}`,
		"cifar10/pgd@Linf_confidence.json": `{"cifar10": {"pgd@Linf": {"confidence": {"0": [[0.5, 0.25], 0.75]}}}}`,
	}
}

// write puts files into a folder called robustness-data.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "robustness-data")
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// pack writes files into a zip file; rename gives their names in it.
func pack(t testing.TB, path string, files map[string]string, rename func(string) string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(f)
	for name, text := range files {
		w, err := z.Create(rename(name))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// with returns files with some replaced; an empty text removes one.
func with(files map[string]string, changes map[string]string) map[string]string {
	for name, text := range changes {
		if text == "" {
			delete(files, name)
		} else {
			files[name] = text
		}
	}
	return files
}

func formatFloat(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
