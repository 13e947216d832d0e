package reliability

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd"
)

// kind is a kind of file that the program reads.
type kind struct {
	name string
	make func(t *testing.T, dir string)
	file string   // that is damaged, in dir; of a folder any of its files
	read []string // the command line that reads it
	// result is what may not change, beside the output: of a file that is written then.
	result func(t *testing.T, dir string) string
	// open says that its content has no digest: a changed digit is another number, which nothing can know.
	open bool
	// times is how often it is damaged for every time that others are, if not once.
	times int
	// growing says that whole lines of its beginning are the file of an earlier moment, to those who only read it.
	growing bool
}

// made returns a function that runs a command line.
func made(args ...string) func(*testing.T, string) {
	return func(t *testing.T, dir string) { t.Helper(); must(t, dir, args...) }
}

var (
	study     = []string{"--budget", "40", "--window", "4", "--seed", "3", "--study", "DIR/s.jsonl", "-o", "json"}
	reduced   = made("dataset", "reduce", "fashion-mnist-8x8", "--train", "40", "--test", "20", "--out", "DIR/i")
	inside    = []string{"--budget", "40", "--seed", "3", "--study", "DIR/c/s.jsonl", "-o", "json"}
	liveStudy = []string{
		"--backend", "live", "--epochs", "1", "--samples", "16", "--budget", "4", "--strategy", "random",
		"--objective", "fgsm_acc", "--study", "DIR/s.jsonl", "-o", "json",
	}
	comparison = []string{
		"compare", "--strategies", "random,evolution", "--runs", "2", "--budget", "8", "--out", "DIR/c", "-o", "json",
	}
	building = []string{
		"table", "build", "--epochs", "1", "--limit", "2", "--seeds", "1", "--attacks", "fgsm", "--out", "DIR/b",
	}
	measuring = []string{"measure", "--all", "--limit", "3", "--metrics", "snip,jacov", "--out", "DIR/m.csv"}
	training  = []string{
		"train", "4711", "--epochs", "1", "--checkpoint", "DIR/r.ck", "--checkpoint-every", "1", "--save", "DIR/w.st",
	}
)

var kinds = []kind{
	{name: "journal, continued", make: made(study...), file: "s.jsonl", read: study, times: 4},
	{
		name: "journal, exported", make: made(study...), file: "s.jsonl", growing: true, times: 4,
		read: []string{"export", "DIR/s.jsonl"},
	},
	{
		name: "journal, reported", make: made(study...), file: "s.jsonl", growing: true, times: 4,
		read: []string{"report", "DIR/s.jsonl", "--out", "-"},
	},
	{
		name: "journal in a comparison's folder", make: func(t *testing.T, dir string) {
			must(t, dir, comparison...)
			must(t, dir, inside...)
		},
		file: "c/s.jsonl", read: inside,
	},
	{name: "journal of an earlier version, continued", make: earlierVersion, file: "s.jsonl", read: study, open: true},
	{
		name: "journal of an earlier version, exported", make: earlierVersion, file: "s.jsonl", growing: true, open: true,
		read: []string{"export", "DIR/s.jsonl"},
	},
	{name: "live journal, continued", make: made(liveStudy...), file: "s.jsonl", read: liveStudy},
	{
		name: "comparison", make: made(comparison...), file: "c/runs.jsonl", read: comparison,
		result: func(t *testing.T, dir string) string {
			return read(t, dir, "c", "runs.csv") + sorted(read(t, dir, "c", "runs.jsonl"))
		},
	},
	{
		name: "census", make: made(building...), file: "b/census.jsonl", read: building,
		result: func(t *testing.T, dir string) string { return sorted(read(t, dir, "b", "census.jsonl")) },
	},
	{
		name: "measures", make: made(measuring...), file: "m.jsonl", read: measuring,
		result: func(t *testing.T, dir string) string {
			return sorted(read(t, dir, "m.jsonl")) + read(t, dir, "m.csv")
		},
	},
	{
		name: "checkpoint", make: interrupted, file: "r.ck", read: training,
		result: func(t *testing.T, dir string) string { return read(t, dir, "w.st") },
	},
	{
		name: "weights", make: made("train", "4711", "--epochs", "1", "--save", "DIR/w.st"), file: "w.st", times: 3,
		read: []string{"attack", "DIR/w.st", "--attacks", "fgsm", "--eps", "8/255", "--samples", "8", "-o", "json"},
	},
	{
		name: "table, zip", make: made(building...), file: "b/table.zip",
		read: []string{"table", "export", "--data", "DIR/b/table.zip"},
	},
	{
		name: "table, compact zip", make: made(append(slices.Clone(building), "--compact")...), file: "b/table.zip",
		read: []string{"table", "export", "--data", "DIR/b/table.zip"},
	},
	{
		name: "table, unpacked", make: unpacked, file: "table", times: 2,
		read: []string{"table", "export", "--data", "DIR/table"},
	},
	{
		name: "table, unpacked and described", make: unpacked, file: "table/protocol.json",
		read: []string{"table", "info", "DIR/table", "-o", "json"},
	},
	{
		name: "table, folder as released", make: released, file: "table", open: true,
		read: []string{"table", "export", "--data", "DIR/table", "--dataset", "fashion-mnist-8x8"},
	},
	{
		name: "table, CSV", make: csv, file: "t.csv", open: true,
		read: []string{"table", "export", "--data", "DIR/t.csv"},
	},
	{
		name: "images, idx", make: reduced, file: "i", open: true,
		read: []string{"dataset", "info", "idx:DIR/i", "-o", "csv"},
	},
	{
		name: "images, idx unpacked", make: func(t *testing.T, dir string) { reduced(t, dir); gunzip(t, dir, "i") },
		file: "i", open: true, read: []string{"dataset", "info", "idx:DIR/i", "-o", "csv"},
	},
	{
		name: "images, pictures", make: pictures, file: "p", open: true,
		read: []string{"dataset", "info", "folder:DIR/p", "-o", "csv"},
	},
	{
		name: "configuration", make: configuration, file: "n.yaml", open: true, times: 2,
		read: []string{"--config", "DIR/n.yaml", "-o", "json"},
	},
}

// interrupted leaves a checkpoint of the middle of a training.
func interrupted(t *testing.T, dir string) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(filepath.Join(dir, "r.ck")); err == nil {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}()
	var args []string
	for _, arg := range training {
		args = append(args, strings.ReplaceAll(arg, "DIR", dir))
	}
	var out strings.Builder
	if code := cmd.Run(ctx, cmd.Extensions{}, args, &out, &out); code != 130 {
		t.Fatalf("code %d: %s", code, out.String())
	}
}

func csv(t *testing.T, dir string) {
	made(building...)(t, dir)
	text := must(t, dir, "table", "export", "--data", "DIR/b/table.zip").out
	write(t, text, dir, "t.csv")
}

func configuration(t *testing.T, dir string) {
	write(t, "# what is searched\nobjective: pgd_acc\nstrategy: evolution\noption:\n  - population=10\n  - tournament=3\nbudget: 30\nseed: 7\n",
		dir, "n.yaml")
}

func write(t *testing.T, text string, elem ...string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(elem...), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// unpacked unpacks a table.
func unpacked(t *testing.T, dir string) {
	made(building...)(t, dir)
	archive, err := zip.OpenReader(filepath.Join(dir, "b", "table.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	if err := os.CopyFS(filepath.Join(dir, "table"), archive); err != nil {
		t.Fatal(err)
	}
}

// released makes a table's folder as the dataset's is, which has no digests.
func released(t *testing.T, dir string) {
	unpacked(t, dir)
	if err := os.Remove(filepath.Join(dir, "table", "protocol.json")); err != nil {
		t.Fatal(err)
	}
}

// earlierVersion copies a journal whose lines are not chained.
func earlierVersion(t *testing.T, dir string) {
	write(t, read(t, "testdata", "unchained.jsonl"), dir, "s.jsonl")
}

// pictures makes a folder of images for each part and class.
func pictures(t *testing.T, dir string) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, part := range []string{"train", "test"} {
		for _, class := range []string{"cat", "dog"} {
			to := filepath.Join(dir, "p", part, class)
			if err := os.MkdirAll(to, 0o755); err != nil {
				t.Fatal(err)
			}
			for i := range 3 {
				picture := image.NewGray(image.Rect(0, 0, 8, 8))
				for k := range picture.Pix {
					picture.Pix[k] = byte(r.Uint32())
				}
				var b bytes.Buffer
				name, err := fmt.Sprintf("%d.png", i), png.Encode(&b, picture)
				if i == 0 {
					b.Reset()
					name, err = "0.jpg", jpeg.Encode(&b, picture, nil)
				}
				if err != nil {
					t.Fatal(err)
				}
				write(t, b.String(), to, name)
			}
		}
	}
}

// gunzip unpacks the files of a folder.
func gunzip(t *testing.T, elem ...string) {
	dir := filepath.Join(elem...)
	packed, err := filepath.Glob(filepath.Join(dir, "*.gz"))
	if err != nil || len(packed) == 0 {
		t.Fatal("no files", err)
	}
	for _, file := range packed {
		r, err := gzip.NewReader(strings.NewReader(read(t, file)))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err == nil {
			err = os.Remove(file)
		}
		if err != nil {
			t.Fatal(err)
		}
		write(t, string(content), strings.TrimSuffix(file, ".gz"))
	}
}
