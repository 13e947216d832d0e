package dataset

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
)

// Embedded is the name of the data set that is part of the program.
const Embedded = "fashion-mnist-8x8"

//go:embed fashion-mnist-8x8
var embedded embed.FS

var fashionClasses = []string{
	"t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
}

// forms are the texts that name a data set.
const forms = Embedded + ", cifar10:FILE[,FILE], cifar100:FILE[,FILE], idx:DIR or folder:DIR"

// kinds are what stands before the colon, or alone.
var kinds = []string{Embedded, "cifar10", "cifar100", "idx", "folder"}

// Open reads the data set that a text names:
//
//	fashion-mnist-8x8          the embedded one, also for an empty text
//	cifar10:FILE[,FILE...]     binary files; those whose name begins with test are the test part
//	cifar100:FILE[,FILE...]
//	idx:DIR                    train- and t10k- files of MNIST's names, .gz or not;
//	                           (images, channels, rows, columns) for colour
//	folder:DIR                 DIR/train/CLASS/*.png and DIR/test/..., or DIR/CLASS/*.png; also .jpg
func Open(name string) (*Data, error) {
	d, err := open(name)
	if err != nil {
		return nil, fmt.Errorf("data set: %w", err)
	}
	if s := d.Train; s != nil && len(s.Classes) < 2 {
		return nil, fmt.Errorf("data set %s: one class, %s: want at least two", name, strings.Join(s.Classes, ""))
	}
	if d.Train != nil && d.Test != nil && (d.Train.Channels != d.Test.Channels || d.Train.Side != d.Test.Side) {
		return nil, fmt.Errorf("data set %s: training images are %s, test images %s", name, d.Train.shape(), d.Test.shape())
	}
	d.Name = cmp.Or(name, Embedded)
	return d, nil
}

func open(name string) (*Data, error) {
	kind, where, _ := strings.Cut(name, ":")
	if kind == "" || name == Embedded {
		return openEmbedded()
	}
	if where == "" {
		return nil, fmt.Errorf("%q: want %s%s", name, forms, nearest.Hint(name, kinds))
	}
	switch kind {
	case "cifar10":
		return openCIFAR(10, where)
	case "cifar100":
		return openCIFAR(100, where)
	case "idx":
		return openIDX(os.DirFS(where), where)
	case "folder":
		return openFolder(where)
	}
	return nil, fmt.Errorf("unknown kind %q: want %s%s", kind, forms,
		nearest.Hint(kind, kinds))
}

func openEmbedded() (*Data, error) {
	dir, err := fs.Sub(embedded, Embedded)
	if err != nil {
		return nil, err
	}
	d, err := openIDX(dir, Embedded)
	if err != nil {
		return nil, err
	}
	d.Train.Classes, d.Test.Classes = fashionClasses, fashionClasses
	return d, nil
}

// parts reads the training and the test part from where they are; read returns nil for one that there is not.
func parts[T any](train, test T, read func(T) (*Set, error)) (*Data, error) {
	d := new(Data)
	var err error
	if d.Train, err = read(train); err != nil {
		return nil, err
	}
	d.Test, err = read(test)
	return d, err
}

func (s *Set) shape() string { return fmt.Sprintf("%dx%dx%d", s.Channels, s.Side, s.Side) }

// Reduce returns a smaller data set: train and test images, each class's share drawn by seed, resized to the side.
func (d *Data) Reduce(train, test, side int, seed uint64) (*Data, error) {
	if train == 0 && test == 0 {
		return nil, errors.New("0 images of each part: want some")
	}
	type share struct {
		of   *Set
		n    int
		name string
	}
	out, err := parts(share{d.Train, train, "training"}, share{d.Test, test, "test"}, func(s share) (*Set, error) {
		if s.n == 0 {
			return nil, nil
		}
		have := 0
		if s.of != nil {
			have = s.of.Len()
		}
		if s.n < 0 || s.n > have {
			return nil, fmt.Errorf("cannot take %d %s images: %s has %d", s.n, s.name, d.Name, have)
		}
		return s.of.Select(s.of.stratified(s.n, seed)).Resize(side)
	})
	if err != nil {
		return nil, err
	}
	out.Name = d.Name
	return out, nil
}
