// Package dataset reads labelled images: CIFAR binary files, IDX files (the MNIST family), folders of PNG and JPEG, and
// a reduced Fashion-MNIST that is part of the program.
package dataset

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// Set is a list of labelled square images of 8-bit pixels.
type Set struct {
	Channels, Side int
	Classes        []string // names, by label
	Pixels         []uint8  // (images, channels, rows, columns)
	Labels         []int
	// Unordered sets come without an order of images and classes, as folders do. They have that which their images give
	// them, classes in turn, and labels in the natural order of the classes' names.
	Unordered bool
}

// Len returns the number of images.
func (s *Set) Len() int { return len(s.Labels) }

// size is the number of values of an image.
func (s *Set) size() int { return s.Channels * s.Side * s.Side }

// Image returns the pixels of an image (channels, rows, columns).
func (s *Set) Image(i int) []uint8 { return s.Pixels[i*s.size() : (i+1)*s.size()] }

// Data is a data set's training and test part; a part may be nil.
type Data struct {
	Name        string
	Train, Test *Set
	Doubts      []string // what may be meant otherwise
}

// FileError reports a file that is not what it should be.
type FileError struct {
	Path   string
	Reason string
}

func (e *FileError) Error() string { return e.Path + ": " + e.Reason }

// First returns the first n images. They share the set's memory.
func (s *Set) First(n int) *Set {
	out := *s
	out.Pixels, out.Labels = s.Pixels[:n*s.size():n*s.size()], s.Labels[:n:n]
	return &out
}

// Select returns the images with the given numbers, in their order.
func (s *Set) Select(index []int) *Set {
	out := &Set{Channels: s.Channels, Side: s.Side, Classes: s.Classes, Unordered: s.Unordered}
	out.Pixels = slices.Grow(out.Pixels, len(index)*s.size())
	for _, i := range index {
		out.Pixels = append(out.Pixels, s.Image(i)...)
		out.Labels = append(out.Labels, s.Labels[i])
	}
	return out
}

// Split divides a set: the second part gets n images, each class's share of them, drawn by seed. Both keep the
// set's order, if it has one.
func (s *Set) Split(n int, seed uint64) (rest, part *Set, err error) {
	if n < 0 || n > s.Len() {
		return nil, nil, fmt.Errorf("cannot take %d of %d images", n, s.Len())
	}
	order := s.stratified(s.Len(), seed)
	slices.Sort(order[:n])
	slices.Sort(order[n:])
	return s.Select(order[n:]).arranged(), s.Select(order[:n]).arranged(), nil
}

// stratified draws n images such that the first k of them hold, for every k, each class in proportion.
func (s *Set) stratified(n int, seed uint64) []int {
	byClass := s.byClass()
	r := rand.New(rand.NewPCG(seed, 0x5b117))
	type ranked struct {
		at       float64
		class, i int
	}
	var all []ranked
	for class, members := range byClass {
		r.Shuffle(len(members), func(a, b int) { members[a], members[b] = members[b], members[a] })
		for k, i := range members {
			all = append(all, ranked{(float64(k) + .5) / float64(len(members)), class, i})
		}
	}
	slices.SortFunc(all, func(a, b ranked) int { return cmp.Or(cmp.Compare(a.at, b.at), a.class-b.class) })
	index := make([]int, n)
	for k := range index {
		index[k] = all[k].i
	}
	return index
}

// byClass lists the images of each class: in the order of labels, or, where that is but one of names, in that of the
// images.
func (s *Set) byClass() [][]int {
	all, place := make([][]int, len(s.Classes)), make([]int, len(s.Classes))
	for l := range place {
		place[l] = l
	}
	if s.Unordered {
		seen := 0
		for l := range place {
			place[l] = -1
		}
		for _, l := range s.Labels {
			if place[l] < 0 {
				place[l] = seen
				seen++
			}
		}
	}
	for i, l := range s.Labels {
		all[place[l]] = append(all[place[l]], i)
	}
	return all
}

// Normalization returns mean and standard deviation of every channel, of pixels in [0,1]. A channel that is
// constant gets standard deviation 1.
func (s *Set) Normalization() (mean, std []float32) {
	pixels := s.Side * s.Side
	for c := range s.Channels {
		var sum, squares float64
		for i := range s.Len() {
			for _, v := range s.Image(i)[c*pixels : (c+1)*pixels] {
				x := float64(v) / 255
				sum += x
				squares += x * x
			}
		}
		n := float64(s.Len() * pixels)
		m := sum / n
		d := math.Sqrt(math.Max(0, squares/n-m*m))
		if d < 1e-6 {
			d = 1
		}
		mean, std = append(mean, float32(m)), append(std, float32(d))
	}
	return mean, std
}

// Digest identifies the content: the same images and labels in the same order have the same digest.
func (s *Set) Digest() string {
	h := sha256.New()
	fmt.Fprintln(h, s.Channels, s.Side, len(s.Classes))
	h.Write(s.Pixels)
	for _, l := range s.Labels {
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(l)))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Floats writes the images first to last-1 as pixels in [0,1].
func (s *Set) Floats(dst []float32, first, last int) {
	for i, v := range s.Pixels[first*s.size() : last*s.size()] {
		dst[i] = float32(v) / 255
	}
}
