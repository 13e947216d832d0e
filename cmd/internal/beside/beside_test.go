package beside_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/cmd/internal/beside"
)

func TestKeepsByKindUntilItForgets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	if v, ok := beside.Kept[[]int](path, "numbers"); ok {
		t.Errorf("%v before there is any", v)
	}
	beside.Keep(path, "numbers", []int{1})
	beside.Keep(path, "words", "two")
	beside.Keep(path, "numbers", []int{3, 4})
	if v, ok := beside.Kept[[]int](path, "numbers"); !ok || len(v) != 2 || v[0] != 3 {
		t.Errorf("%v, %v", v, ok)
	}
	if v, ok := beside.Kept[string](path, "words"); !ok || v != "two" {
		t.Errorf("%q, %v", v, ok)
	}
	if v, ok := beside.Kept[[]int](path, "words"); ok || v != nil {
		t.Errorf("words are %v", v)
	}
	beside.Forget(path, "numbers")
	beside.Forget(path, "numbers")
	if v, ok := beside.Kept[[]int](path, "numbers"); ok {
		t.Errorf("%v is not forgotten", v)
	}
	if err := os.Mkdir(filepath.Join(filepath.Dir(path), ".run.jsonl.folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if v, ok := beside.Kept[[]int](path, "folder"); ok {
		t.Errorf("a folder is %v", v)
	}
	beside.Keep(filepath.Join(path, "no folder"), "numbers", 1) // which is no matter
}
