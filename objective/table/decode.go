package table

import (
	"context"
	"io"
	"math"
)

// measure is what a file of the released dataset holds.
type measure string

const (
	accuracy   measure = "accuracy"
	confidence measure = "confidence"
	confusion  measure = "cm"
	loss       measure = "loss" // mean cross-entropy; the released dataset has none
)

var measures = []measure{accuracy, confidence, confusion, loss}

// layout says how a file of the released dataset gives the values of one architecture.
type layout struct {
	dataset, key string
	measure      measure
	positions    int    // length of the list of values; 0: no list but one value
	per          string // what the list has one value for
}

// header reads what stands before the values: {dataset: {key: {measure: .
func (s *stream) header(l layout) error {
	for _, want := range []string{l.dataset, l.key, string(l.measure)} {
		if err := s.begin('{'); err != nil {
			return err
		}
		if more, err := s.more(); err != nil {
			return err
		} else if !more {
			return s.fail("an empty object, want the key %s", want)
		}
		name, err := s.text()
		if err != nil {
			return err
		}
		if name != want {
			return s.fail("the file is about %q, want %q", name, want)
		}
	}
	return nil
}

// footer reads what stands after the values, to the end of the file.
func (s *stream) footer() error {
	for range 3 {
		more, err := s.more()
		if err != nil {
			return err
		}
		if more {
			name, err := s.text()
			if err != nil {
				return err
			}
			return s.fail("another key %q, want the end of the file", name)
		}
	}
	return s.end()
}

// readGrid reads the values of all classes: {dataset: {key: {measure: {id: value}}}}.
func readGrid(ctx context.Context, r io.Reader, file string, l layout, m *meta, classes int) (grid, error) {
	s := newStream(ctx, r, file)
	if err := s.header(l); err != nil {
		return grid{}, err
	}
	v := &valueReader{stream: s, layout: l}
	seen := make([]bool, classes)
	var g grid
	err := s.members(func(name string) error {
		s.id = name
		class, err := m.classOf(s, name)
		if err != nil {
			return err
		}
		if seen[class] {
			return s.fail("it is there twice")
		}
		seen[class] = true
		if err := v.read(); err != nil {
			return err
		}
		if g.values == nil {
			g = newGrid(classes, len(v.values), max(1, v.labels))
		}
		copy(g.row(class), v.values)
		return nil
	})
	if err != nil {
		return grid{}, err
	}
	s.id = ""
	return g, s.footer()
}

// classOf returns the class of an id that must be a representative.
func (m *meta) classOf(s *stream, name string) (int, error) {
	id, ok := parseID(name)
	if !ok || id >= len(m.class) || m.class[id] < 0 {
		return 0, s.fail("it is not in meta.json")
	}
	class := m.class[id]
	if r := m.representative[class]; int(r) != id {
		return 0, s.fail("it is an isomorph of %d: only that one should have values", r)
	}
	return int(class), nil
}

// valueReader reads the value of one architecture after the other.
type valueReader struct {
	*stream
	layout
	labels int       // image classes of confusion matrices; 0 until the first one is read
	values []float64 // of the last architecture
}

func (v *valueReader) read() error {
	v.values = v.values[:0]
	if v.positions == 0 {
		return v.one()
	}
	n := 0
	err := v.items(func() error {
		if n++; n > v.positions {
			return v.skip()
		}
		return v.one()
	})
	if err == nil && n != v.positions {
		return v.fail("%d values, want %d (%s)", n, v.positions, v.per)
	}
	return err
}

// one reads the value at one position.
func (v *valueReader) one() error {
	var x float64
	var err error
	switch v.measure {
	case confusion:
		return v.matrix()
	case confidence:
		x, err = v.confidence()
	case loss:
		if x, err = v.number(); err == nil && x < 0 {
			err = v.fail("a loss of %v, want at least 0", x)
		}
	default:
		x, err = v.share()
	}
	v.values = append(v.values, x)
	return err
}

// confidence reads a number, or a list of one for each image class, of which it takes the mean.
func (v *valueReader) confidence() (float64, error) {
	if v.PeekKind() != '[' {
		return v.share()
	}
	sum, n := 0.0, 0
	err := v.items(func() error {
		x, err := v.share()
		sum, n = sum+x, n+1
		return err
	})
	if err == nil && n == 0 {
		err = v.fail("an empty list of confidences")
	}
	return sum / float64(n), err
}

// matrix reads a confusion matrix, whose row k counts what images of class k were taken for. It appends the
// accuracy of each class.
func (v *valueReader) matrix() error {
	before := len(v.values)
	rows := 0
	err := v.items(func() error {
		total, correct, n := 0.0, 0.0, 0
		err := v.items(func() error {
			x, err := v.count()
			if n == rows {
				correct = x
			}
			total, n = total+x, n+1
			return err
		})
		if err != nil {
			return err
		}
		if v.labels == 0 {
			v.labels = n
		}
		if n != v.labels {
			return v.fail("%d columns in row %d of the confusion matrix, want %d", n, rows+1, v.labels)
		}
		if total == 0 {
			return v.fail("no images in row %d of the confusion matrix", rows+1)
		}
		v.values = append(v.values, correct/total)
		rows++
		return nil
	})
	if err == nil && len(v.values)-before != v.labels || err == nil && v.labels == 0 {
		err = v.fail("%d rows in the confusion matrix, want %d", rows, max(1, v.labels))
	}
	return err
}

// count reads a number of images.
func (v *valueReader) count() (float64, error) {
	x, err := v.number()
	if err == nil && (x < 0 || x != math.Trunc(x)) {
		err = v.fail("%v images in a confusion matrix, want a whole number", x)
	}
	return x, err
}
