package layout

import (
	"context"
	"io"
	"math"
)

// Measure is what a file of the released dataset holds.
type Measure string

// The measures.
const (
	Accuracy   Measure = "accuracy"
	Confidence Measure = "confidence"
	Confusion  Measure = "cm"
	Loss       Measure = "loss" // mean cross-entropy; the released dataset has none
)

// Measures lists them in the order of listings.
var Measures = []Measure{Accuracy, Confidence, Confusion, Loss}

// form says how a file of the released dataset gives the values of one architecture.
type form struct {
	dataset, key string
	measure      Measure
	positions    int    // length of the list of values; 0: no list but one value
	per          string // what the list has one value for
}

// header reads what stands before the values: {dataset: {key: {measure: .
func (s *Stream) header(l form) error {
	for _, want := range []string{l.dataset, l.key, string(l.measure)} {
		if err := s.begin('{'); err != nil {
			return err
		}
		if more, err := s.more(); err != nil {
			return err
		} else if !more {
			return s.Fail("an empty object, want the key %s", want)
		}
		name, err := s.Text()
		if err != nil {
			return err
		}
		if name != want {
			return s.Fail("the file is about %q, want %q", name, want)
		}
	}
	return nil
}

// footer reads what stands after the values, to the end of the file.
func (s *Stream) footer() error {
	for range 3 {
		more, err := s.more()
		if err != nil {
			return err
		}
		if more {
			name, err := s.Text()
			if err != nil {
				return err
			}
			return s.Fail("another key %q, want the end of the file", name)
		}
	}
	return s.End()
}

// readGrid reads the values of all classes: {dataset: {key: {measure: {id: value}}}}.
func readGrid(ctx context.Context, r io.Reader, file string, l form, m *Meta, classes int) (Grid, error) {
	s := NewStream(ctx, r, file)
	if err := s.header(l); err != nil {
		return Grid{}, err
	}
	v := &valueReader{Stream: s, form: l}
	seen := make([]bool, classes)
	var g Grid
	err := s.Members(func(name string) error {
		s.ID = name
		class, err := m.classOf(s, name)
		if err != nil {
			return err
		}
		if seen[class] {
			return s.Fail("it is there twice")
		}
		seen[class] = true
		if err := v.read(); err != nil {
			return err
		}
		if g.Values == nil {
			g = NewGrid(classes, len(v.values), max(1, v.labels))
		}
		copy(g.Row(class), v.values)
		return nil
	})
	if err != nil {
		return Grid{}, err
	}
	s.ID = ""
	return g, s.footer()
}

// classOf returns the class of an id that must be a representative.
func (m *Meta) classOf(s *Stream, name string) (int, error) {
	id, ok := ParseID(name)
	if !ok || id >= len(m.class) || m.class[id] < 0 {
		return 0, s.Fail("it is not in meta.json")
	}
	class := m.class[id]
	if r := m.representative[class]; int(r) != id {
		return 0, s.Fail("it is an isomorph of %d: only that one should have values", r)
	}
	return int(class), nil
}

// valueReader reads the value of one architecture after the other.
type valueReader struct {
	*Stream
	form
	labels int       // image classes of confusion matrices; 0 until the first one is read
	values []float64 // of the last architecture
}

func (v *valueReader) read() error {
	v.values = v.values[:0]
	if v.positions == 0 {
		return v.one()
	}
	n := 0
	err := v.Items(func() error {
		if n++; n > v.positions {
			return v.Skip()
		}
		return v.one()
	})
	if err == nil && n != v.positions {
		return v.Fail("%d values, want %d (%s)", n, v.positions, v.per)
	}
	return err
}

// one reads the value at one position.
func (v *valueReader) one() error {
	var x float64
	var err error
	switch v.measure {
	case Confusion:
		return v.matrix()
	case Confidence:
		x, err = v.confidence()
	case Loss:
		if x, err = v.Number(); err == nil && x < 0 {
			err = v.Fail("a loss of %v, want at least 0", x)
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
	err := v.Items(func() error {
		x, err := v.share()
		sum, n = sum+x, n+1
		return err
	})
	if err == nil && n == 0 {
		err = v.Fail("an empty list of confidences")
	}
	return sum / float64(n), err
}

// matrix reads a confusion matrix, whose row k counts what images of class k were taken for. It appends the
// accuracy of each class.
func (v *valueReader) matrix() error {
	before := len(v.values)
	rows := 0
	err := v.Items(func() error {
		total, correct, n := 0.0, 0.0, 0
		err := v.Items(func() error {
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
			return v.Fail("%d columns in row %d of the confusion matrix, want %d", n, rows+1, v.labels)
		}
		if total == 0 {
			return v.Fail("no images in row %d of the confusion matrix", rows+1)
		}
		v.values = append(v.values, correct/total)
		rows++
		return nil
	})
	if err == nil && len(v.values)-before != v.labels || err == nil && v.labels == 0 {
		err = v.Fail("%d rows in the confusion matrix, want %d", rows, max(1, v.labels))
	}
	return err
}

// count reads a number of images.
func (v *valueReader) count() (float64, error) {
	x, err := v.Number()
	if err == nil && (x < 0 || x != math.Trunc(x)) {
		err = v.Fail("%v images in a confusion matrix, want a whole number", x)
	}
	return x, err
}
