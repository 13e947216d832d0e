package attack

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

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
	times := amplification(clean, e.Pixels)
	eps := epsText(e.Threat)
	file := fmt.Sprintf("%s-eps%s-image%04d-x%d.png", e.Method, strings.ReplaceAll(eps, "/", "_"), e.Image, times)
	err := create(filepath.Join(g.staging, file), func(f *os.File) error {
		return png.Encode(f, triptych(set.Channels, set.Side, clean, e.Pixels, times))
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

// amplification is the greatest whole number by which a difference can be multiplied so that it spans no more than
// from black to white around a middle grey.
func amplification(clean, adv []float32) int {
	largest := robustness.Linf.Length(clean, adv)
	if largest == 0 {
		return 1
	}
	return max(1, int(math.Floor(.5/largest*(1+1e-4)))) // 1/255 as float32 is a little more or less
}

// panel is the least side of an enlarged image, in pixels.
const panel = 128

// triptych draws clean image, adversarial example and amplified difference side by side. Every pixel becomes a square
// of whole pixels; a difference of 0 is middle grey. Values are (channels, rows, columns), of one channel or three.
func triptych(channels, side int, clean, adv []float32, times int) image.Image {
	difference := make([]float32, len(clean))
	for i := range clean {
		difference[i] = .5 + float32(times)*(adv[i]-clean[i])
	}
	zoom := max(1, (panel+side-1)/side)
	frame := image.Rect(0, 0, zoom*(3*side+2), zoom*side) // a white pixel between panels
	grey, colour := image.NewGray(frame), image.NewRGBA(frame)
	for y := range frame.Dy() {
		for x := range frame.Dx() {
			at := x / zoom % (side + 1)
			values := [][]float32{clean, adv, difference}[x/zoom/(side+1)]
			var v [3]uint8
			for c := range v {
				v[c] = 255
				if at < side {
					v[c] = level(values[(min(c, channels-1)*side+y/zoom)*side+at])
				}
			}
			grey.SetGray(x, y, color.Gray{v[0]})
			colour.SetRGBA(x, y, color.RGBA{v[0], v[1], v[2], 255})
		}
	}
	if channels == 1 {
		return grey
	}
	return colour
}

// level returns a value in [0,1] as a byte.
func level(v float32) uint8 { return uint8(math.Round(255 * float64(min(max(v, 0), 1)))) }
