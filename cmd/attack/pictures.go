package attack

import (
	"errors"
	"fmt"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/internal/figure/triptych"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// gallery collects adversarial examples and writes pictures of them to a new folder. They are written beside it, and
// the folder appears when all are there. A nil gallery does nothing.
type gallery struct {
	name         string // of the folder, as it was given
	dir, staging string
	most         int // examples of an attack at an eps: those of the first images
	rooms        []*room
}

// room has the examples of a method at a threat, by image.
type room struct {
	method   string
	threat   robustness.Threat
	examples []robustness.Example
}

// newGallery makes sure that the folder can be made, before anything is computed for it.
func newGallery(dir string, most int) (*gallery, error) {
	if dir == "" {
		return nil, nil
	}
	cannot := func(err error) error {
		if p := (*fs.PathError)(nil); errors.As(err, &p) {
			err = fmt.Errorf("%s: %w", p.Path, p.Err)
		}
		return fmt.Errorf("--save-images: cannot write to %s: %w", dir, err)
	}
	full, err := filepath.Abs(dir)
	if err != nil {
		return nil, cannot(err)
	}
	switch entries, err := os.ReadDir(full); {
	case err == nil && len(entries) > 0:
		return nil, fmt.Errorf("--save-images: %s is not empty: name another folder", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, cannot(err)
	}
	g := &gallery{name: dir, dir: full, most: most}
	g.staging = filepath.Join(filepath.Dir(full), "."+filepath.Base(full)+".tmp")
	if err := os.RemoveAll(g.staging); err != nil { // of a process that was killed
		return nil, cannot(err)
	}
	if err := os.MkdirAll(g.staging, 0o777); err != nil {
		return nil, cannot(err)
	}
	return g, nil
}

// discard removes what is not finished.
func (g *gallery) discard() {
	if g != nil {
		os.RemoveAll(g.staging)
	}
}

// add keeps an example if few of smaller images are there.
func (g *gallery) add(e robustness.Example) {
	if g == nil {
		return
	}
	at := slices.IndexFunc(g.rooms, func(r *room) bool { return r.method == e.Method && r.threat == e.Threat })
	if at < 0 {
		at = len(g.rooms)
		g.rooms = append(g.rooms, &room{method: e.Method, threat: e.Threat})
	}
	r := g.rooms[at]
	byImage := func(e robustness.Example, image int) int { return e.Image - image }
	i, _ := slices.BinarySearchFunc(r.examples, e.Image, byImage)
	r.examples = slices.Insert(r.examples, i, e)
	r.examples = r.examples[:min(g.most, len(r.examples))]
}

// write makes the folder and returns what it holds, in words.
func (g *gallery) write(set *dataset.Set) (saved string, err error) {
	if g == nil {
		return "", nil
	}
	if len(g.rooms) == 0 {
		return "no pictures: no image fell", nil
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("--save-images: %w", err)
		}
	}()
	index := sheet.New("file", "image", "label", "seen_as", "attack", "by", "norm", "eps", "change", "difference_times")
	slices.SortFunc(g.rooms, func(a, b *room) int {
		return strings.Compare(fmt.Sprintf("%s %.9f", a.method, a.threat.Eps), fmt.Sprintf("%s %.9f", b.method, b.threat.Eps))
	})
	for _, r := range g.rooms {
		for _, e := range r.examples {
			row, err := g.hang(set, e)
			if err != nil {
				return "", err
			}
			index.Add(sheet.Texts(row...)...)
		}
	}
	err = create(filepath.Join(g.staging, "index.csv"), func(f *os.File) error { return index.CSV(f) })
	if err != nil {
		return "", err
	}
	if err := os.Remove(g.dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // it is empty, if it is there
		return "", err
	}
	if err := os.Rename(g.staging, g.dir); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d pictures and index.csv in %s", len(index.Rows), g.name), nil
}

// hang writes the picture of an example and returns its line in the index.
func (g *gallery) hang(set *dataset.Set, e robustness.Example) ([]string, error) {
	clean := make([]float32, len(e.Pixels))
	set.Floats(clean, e.Image, e.Image+1)
	times := triptych.Amplification(clean, e.Pixels)
	eps := epsText(e.Threat)
	file := fmt.Sprintf("%s-eps%s-image%04d-x%d.png",
		plain.FileName(e.Method), strings.ReplaceAll(eps, "/", "_"), e.Image, times)
	err := create(filepath.Join(g.staging, file), func(f *os.File) error {
		return png.Encode(f, triptych.Draw(set.Channels, set.Side, clean, e.Pixels, times))
	})
	change := strconv.FormatFloat(e.Threat.Norm.Length(clean, e.Pixels), 'g', 6, 64)
	return []string{
		file, strconv.Itoa(e.Image), set.Classes[set.Labels[e.Image]], class(set, e.Class), e.Method, e.Attack,
		e.Threat.Norm.String(), eps, change, strconv.Itoa(times),
	}, err
}

// class names what the network saw; it may have more classes than the images.
func class(set *dataset.Set, i int) string {
	if i < len(set.Classes) {
		return set.Classes[i]
	}
	return strconv.Itoa(i)
}

func create(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}
