package trainer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/trainer/kernel"
)

// testdata/run.checkpoint was written after three of six steps by an earlier program, with the arithmetic that every
// machine has.
func TestCheckpointOfAnEarlierVersionIsContinued(t *testing.T) {
	k, err := kernel.Choose("generic")
	if err != nil {
		t.Fatal(err)
	}
	c := smallConfig()
	c.Adversarial = FastTraining(8. / 255)
	const arch = "|skip_connect~0|+|none~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"
	r := newRun(t, arch, images(t, 100, 4), c, Engine{k, 1})
	if ok, err := r.Resume("testdata/run.checkpoint"); !ok || err != nil || r.Step() != 3 {
		t.Fatalf("resume: %v, step %d, %v", ok, r.Step(), err)
	}
	again := filepath.Join(t.TempDir(), "again")
	if err := r.Save(again); err != nil {
		t.Fatal(err)
	}
	was, err := readFile("testdata/run.checkpoint", os.Open)
	if err != nil {
		t.Fatal(err)
	}
	now, err := readFile(again, os.Open)
	if err != nil || !slices.Equal(now.Names(), was.Names()) || !bytes.Equal(now.data, was.data) {
		t.Errorf("saved again, the checkpoint has other tensors: %v", err)
	}
	if err := r.Train(context.Background(), keepGoing); err != nil || r.Step() != r.Steps() {
		t.Errorf("step %d of %d: %v", r.Step(), r.Steps(), err)
	}
}
