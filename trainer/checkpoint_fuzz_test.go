package trainer

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Any file continues a run or is refused, and then changes nothing; and so does any description in a file whose digest
// is right.
func FuzzCheckpoint(f *testing.F) {
	set := images(f, 60, 8)
	config := smallConfig()
	run := newRun(f, "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|", set, config, engine(f, 1))
	path := filepath.Join(f.TempDir(), "run.checkpoint")
	if err := run.Save(path); err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	saved, err := ReadSafetensors(bytes.NewReader(whole))
	if err != nil {
		f.Fatal(err)
	}
	text := saved.Metadata[checkpointKey]
	f.Add(whole, text)
	f.Add(whole[:len(whole)/2], `{"step":-1}`)
	f.Add([]byte{}, `{"step":1e99,"loss":"0x1p-1","last":"NaN","made":null}`)
	f.Fuzz(func(t *testing.T, b []byte, text string) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		run.step = 1
		if _, err := run.Resume(path); err != nil {
			if _, ok := errors.AsType[*CheckpointError](err); !ok || run.step != 1 {
				t.Errorf("step %d after %v", run.step, err)
			}
		}
		s, err := ReadSafetensors(bytes.NewReader(b))
		if err != nil || s.Metadata == nil {
			return
		}
		s.Metadata[checkpointKey] = text
		s.seal()
		run.step = 1
		if err := run.restore(s); err != nil && run.step != 1 || run.step < 0 || run.step > run.Steps() {
			t.Errorf("step %d of %d after %v", run.step, run.Steps(), err)
		}
	})
}
