package corruption

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/robustness"
)

// tensors is a safetensors file of bytes and float32.
type tensors struct {
	t      testing.TB
	header map[string]struct {
		DType   string
		Shape   []int
		Offsets [2]int `json:"data_offsets"`
	}
	data []byte
}

func readTensors(t testing.TB, path string) tensors {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, n := tensors{t: t}, 8+binary.LittleEndian.Uint64(b)
	if err := json.Unmarshal(b[8:n], &f.header); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	f.data = b[n:]
	return f
}

func (f tensors) names() []string { return slices.Sorted(maps.Keys(f.header)) }

func (f tensors) floats(name string) (shape []int, values []float32) {
	f.t.Helper()
	h, ok := f.header[name]
	b := f.data[h.Offsets[0]:h.Offsets[1]]
	switch {
	case !ok:
		f.t.Fatalf("no tensor %s", name)
	case h.DType == "U8":
		for _, v := range b {
			values = append(values, float32(v))
		}
	case h.DType == "F32":
		for ; len(b) > 0; b = b[4:] {
			values = append(values, math.Float32frombits(binary.LittleEndian.Uint32(b)))
		}
	default:
		f.t.Fatalf("tensor %s is of type %s", name, h.DType)
	}
	return h.Shape, values
}

// images returns a tensor of bytes whose last dimensions are (channels, height, width).
func (f tensors) images(name string) Images {
	f.t.Helper()
	shape, v := f.floats(name)
	s := shape[len(shape)-3:]
	x := Images{robustness.Shape{Channels: s[0], Height: s[1], Width: s[2]}, make([]uint8, len(v))}
	for i, a := range v {
		x.Pixels[i] = uint8(a)
	}
	return x
}

// TestFixtureDeterministic compares the corruptions that draw nothing, and motion blur at given angles, with those of
// the authors' code.
func TestFixtureDeterministic(t *testing.T) {
	for _, path := range sharedtest.Cases(t, "corruptions", "images*.safetensors") {
		f := readTensors(t, path)
		input := f.images("input")
		for _, name := range f.names() {
			at, ok := deterministic(t, name, input.Shape)
			if !ok {
				continue
			}
			want := f.images(name)
			t.Run(name, func(t *testing.T) {
				n := want.Len() / Severities
				for severity := 1; severity <= Severities; severity++ {
					got := Images{input.Shape, make([]uint8, len(input.Pixels))}
					transform := at(severity)
					for i := range n {
						transform(got.Image(i), input.Image(i), nil)
					}
					most, mean := 1., .1
					if name == "jpeg_compression" {
						most, mean = 255, 1.5
					}
					compare(t, fmt.Sprint("severity ", severity), got.Pixels, want.Pixels[(severity-1)*len(got.Pixels):], most, mean)
				}
			})
		}
	}
}

// deterministic returns what a tensor of the fixtures was made with, by severity.
func deterministic(t *testing.T, tensor string, s robustness.Shape) (func(severity int) Transform, bool) {
	switch name, angle, fixed := strings.Cut(tensor, "_at_"); name {
	case "brightness", "contrast", "defocus_blur", "zoom_blur", "pixelate", "jpeg_compression":
		c, err := Corruptions().Named(name)
		if err != nil {
			t.Error(err)
			return nil, false
		}
		return func(severity int) Transform { return c.At(s, severity) }, true
	case "motion_blur":
		degrees, err := strconv.ParseFloat(angle, 64)
		if !fixed || err != nil {
			return nil, false
		}
		return func(severity int) Transform {
			f, taps := newFilter(coarse, s, clamped), motions[severity-1].taps(coarse, scale(s))
			turn(taps, degrees)
			return func(to, x []uint8, _ *rand.Rand) { f.run(to, x, taps) }
		}, true
	}
	return nil, false
}

// compare reports bytes that differ by more than most, or by more than mean on average, from the first of those wanted.
func compare(t *testing.T, what string, got, want []uint8, most, mean float64) {
	t.Helper()
	largest, sum := 0., 0.
	for i, v := range got {
		d := math.Abs(float64(v) - float64(want[i]))
		largest = max(largest, d)
		sum += d
	}
	sum /= float64(len(got))
	t.Logf("%s: largest difference %v, mean %.4f", what, largest, sum)
	if largest > most || sum > mean {
		t.Errorf("%s: largest difference %v, mean %.4f: want at most %v and %v", what, largest, sum, most, mean)
	}
}

// colour is the shape of the fixtures' images.
var colour = robustness.Shape{Channels: 3, Height: 32, Width: 32}

// TestFixtureReplay repeats random corruptions with the draws of the authors' code.
func TestFixtureReplay(t *testing.T) {
	replays := map[string]func(x, to []uint8, severity int, draws [][]float32){
		"gaussian_noise": func(x, to []uint8, _ int, draws [][]float32) {
			noise := make([]int16, len(x))
			for i, z := range planes(draws[0]) {
				noise[i] = int16(math.Floor(255 * float64(z)))
			}
			addLevels(to, x, noise)
		},
		"glass_blur": func(x, to []uint8, severity int, draws [][]float32) {
			p := newPane(colour, severity)
			for i := range p.from {
				p.from[i] = int32(draws[0][2*i+1])*32 + int32(draws[0][2*i])
			}
			p.run(to, x)
		},
		"shot_noise": func(x, to []uint8, severity int, draws [][]float32) {
			counts := make([]int16, len(x))
			for i, n := range planes(draws[0]) {
				counts[i] = int16(n)
			}
			develop(to, counts, countLevels(photons[severity-1]))
		},
		"fog": func(x, to []uint8, severity int, draws [][]float32) {
			f := fogs[severity-1]
			p := newPlasma(32, f.decay)
			copy(p.draws, draws[0])
			p.grow()
			obscure(to, x, colour, p, f.weight)
		},
		"snow": func(x, to []uint8, severity int, draws [][]float32) {
			f := newFlakes(colour, severity)
			copy(f.noise, draws[0])
			f.settle(float64(draws[1][0]))
			f.cover(to, x)
		},
		"elastic_transform": func(x, to []uint8, severity int, draws [][]float32) {
			e := newSheet(colour, severity)
			for i := range e.moves {
				e.moves[i] = [2]float64{float64(draws[0][2*i]), float64(draws[0][2*i+1])}
			}
			number := func(v float32) uint64 { return uint64(math.Round((float64(v) + 1) / 2 * most)) }
			for i := range e.field.sums {
				e.field.sums[i] = number(draws[1][i]) | number(draws[2][i])<<32
			}
			e.run(to, x)
		},
		"frost": func(x, to []uint8, severity int, draws [][]float32) {
			piece := make([]uint8, len(x))
			for i, v := range draws[0] {
				piece[i] = uint8(v)
			}
			newGlaze(severity).run(to, x, piece)
		},
		"motion_blur": func(x, to []uint8, severity int, draws [][]float32) {
			f, taps := newFilter(coarse, colour, clamped), motions[severity-1].taps(coarse, 1)
			turn(taps, float64(draws[0][0]))
			f.run(to, x, taps)
		},
	}
	for _, path := range sharedtest.Cases(t, "corruptions", "replay*.safetensors") {
		f := readTensors(t, path)
		for _, name := range f.names() {
			stem, ok := strings.CutSuffix(name, ".out")
			if !ok {
				continue
			}
			t.Run(stem, func(t *testing.T) {
				parts := strings.Split(stem, ".")
				replay, ok := replays[parts[0]]
				if !ok {
					t.Fatalf("no replay of %s", parts[0])
				}
				var draws [][]float32
				for k := 0; ; k++ {
					draw := fmt.Sprintf("%s.draw%d", stem, k)
					if _, ok := f.header[draw]; !ok {
						break
					}
					_, v := f.floats(draw)
					draws = append(draws, v)
				}
				x, want := f.images("input."+parts[2]), f.images(name)
				got := make([]uint8, len(x.Pixels))
				replay(x.Pixels, got, int(parts[1][0]-'0'), draws)
				compare(t, stem, got, want.Pixels, 1, .1)
			})
		}
	}
}

// planes turns (height, width, 3) into (3, height, width).
func planes(v []float32) []float32 {
	to := make([]float32, len(v))
	n := len(v) / 3
	for i, a := range v {
		to[i%3*n+i/3] = a
	}
	return to
}
