package attack

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/trainer/dataset"
)

// fill makes a class's folder of grey images, which are as bright as the class has it.
func fill(t *testing.T, dir string, brightness, images int) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(uint64(brightness), uint64(images)))
	for i := range images {
		img := image.NewGray(image.Rect(0, 0, 8, 8))
		for p := range img.Pix {
			img.Pix[p] = uint8(brightness + r.IntN(60))
		}
		img.Set(i%8, i/8, color.White)
		var b bytes.Buffer
		if err := png.Encode(&b, img); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, string(rune('a'+i))+".png"), b.Bytes())
	}
}

// Labels are by name, whichever classes the images have, and other names are refused.
func TestImagesAreMatchedByTheNamesOfClasses(t *testing.T) {
	dir := t.TempDir()
	brightness := map[string]int{"2": 20, "10": 100, "dark 3": 180}
	images := map[string]int{"2": 4, "10": 7, "dark 3": 9}
	for class := range brightness {
		fill(t, filepath.Join(dir, "all", "train", class), brightness[class], 12)
		fill(t, filepath.Join(dir, "all", "test", class), brightness[class], images[class])
		fill(t, filepath.Join(dir, "only "+class, "test", class), brightness[class], images[class])
	}
	file := filepath.Join(dir, "w.safetensors")
	all := judge(t, "1462", "--dataset", "folder:"+filepath.Join(dir, "all"), "--val", "none", "--epochs", "40", "--batch", "8",
		"--attacks", "fgsm", "--save", file)
	if all.CleanAcc < .9 {
		t.Fatalf("the network has learnt nothing: accuracy %v", all.CleanAcc)
	}
	right := 0.
	for class, n := range images {
		o := judge(t, file, "--dataset", "folder:"+filepath.Join(dir, "only "+class), "--attacks", "fgsm")
		right += o.CleanAcc * float64(n)
	}
	if want := all.CleanAcc * 20; math.Abs(right-want) > 1e-9 {
		t.Errorf("%v images are right class by class, %v at once", right, want)
	}
	fill(t, filepath.Join(dir, "renamed", "test", "02"), 20, 4)
	fill(t, filepath.Join(dir, "renamed", "test", "Dark 3"), 180, 4)
	_, err := runCommand(t.Context(), file, "--dataset", "folder:"+filepath.Join(dir, "renamed"))
	checkError(t, err, "does not fit "+file+": images of 02, Dark 3: the classes are 2, 10, dark 3", false)
}

// A test part that lacks the last class fits, whether the weights remember their classes or not.
func TestImagesWithoutTheLastClassFit(t *testing.T) {
	d, err := dataset.Open(dataset.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	var some []int
	for i, l := range d.Test.Labels[:300] {
		if l < 9 {
			some = append(some, i)
		}
	}
	dir := t.TempDir()
	if err := (&dataset.Data{Test: d.Test.Select(some)}).Write(dir); err != nil {
		t.Fatal(err)
	}
	ours := judge(t, save(t, nil), "--dataset", "idx:"+dir, "--attacks", "fgsm", "--val", "none")
	theirs := judge(t, append(description(t), save(t, elsewhere), "--dataset", "idx:"+dir, "--attacks", "fgsm")...)
	if ours.Samples != len(some) || ours.CleanAcc != theirs.CleanAcc || ours.CleanLoss != theirs.CleanLoss {
		t.Errorf("%d images, accuracy %v and loss %v; of weights made elsewhere %v and %v",
			ours.Samples, ours.CleanAcc, ours.CleanLoss, theirs.CleanAcc, theirs.CleanLoss)
	}
	if len(ours.PerClass) == 0 || slices.Max(ours.PerClass) == 0 {
		t.Errorf("%v images a class", ours.PerClass)
	}
}
