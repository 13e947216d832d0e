package layout

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"io/fs"
	"math"
	"strconv"
	"strings"
)

// Measure is what a file of the released dataset holds.
type Measure string

// The measures.
const (
	Accuracy   Measure = "accuracy"
	Confidence Measure = "confidence"
	Confusion  Measure = "cm"
	Loss       Measure = "loss"  // mean cross-entropy; the released dataset has none
	Score      Measure = "score" // what a network has besides, see [Protocol.Measures]; the released dataset has none
)

// Measures lists them in the order of listings.
var Measures = []Measure{Accuracy, Confidence, Confusion, Loss, Score}

// reader reads the file of a source's measure: {dataset: {key: {measure: {id: value}}}}, where a value is a list of as
// many as the source has settings.
type reader struct {
	*Stream
	source  Source
	measure Measure
	labels  int       // image classes of confusion matrices; 0 until the first one is read
	values  []float64 // of the last architecture
}

// inside lets do read what stands within {dataset: {key: {measure: , of which the names are left to be read.
func (v *reader) inside(names []string, do func() error) error {
	if len(names) == 0 {
		return do()
	}
	done := false
	err := v.Members(func(name string) error {
		switch {
		case done:
			return v.Fail("another key %q, want the end of the file", name)
		case name != names[0]:
			return v.Fail("the file is about %q, want %q", name, names[0])
		}
		done = true
		return v.inside(names[1:], do)
	})
	if err == nil && !done {
		err = v.Fail("an empty object, want the key %s", names[0])
	}
	return err
}

// all reads the values of all classes.
func (v *reader) all(dataset string, m *Meta, classes int) (g Grid, err error) {
	seen := make([]bool, classes)
	one := func(name string) error {
		v.ID = name
		class, err := v.class(m, name)
		if err != nil {
			return err
		}
		if seen[class] {
			return v.Fail("it is there twice")
		}
		seen[class] = true
		if err := v.value(); err != nil {
			return err
		}
		if g.Values == nil {
			g = newGrid(classes, len(v.values), max(1, v.labels))
		}
		g.Add(class, v.values)
		return nil
	}
	err = v.inside([]string{dataset, v.source.Key, string(v.measure)}, func() error {
		err := v.Members(one)
		if err == nil {
			v.ID = ""
		}
		return err
	})
	if err == nil {
		err = v.End()
	}
	return g, err
}

// class returns the class of an id that must be a representative.
func (v *reader) class(m *Meta, name string) (int, error) {
	id, ok := ParseID(name)
	class, known := m.Class(id)
	if !ok || !known {
		return 0, v.Fail("it is not in meta.json")
	}
	if r := int(m.representative[class]); r != id {
		return 0, v.Fail("it is an isomorph of %d: only that one should have values", r)
	}
	return class, nil
}

// one finds an id's value in the contents without parsing what comes before: the ids are the only strings, so the
// quoted id is the entry. Where it fails, a full read tells why.
func (v *reader) one(ctx context.Context, r io.Reader, dataset string, id int) (Grid, error) {
	err := v.inside([]string{dataset, v.source.Key, string(v.measure)}, func() error {
		rest := io.MultiReader(bytes.NewReader(bytes.Clone(v.UnreadBuffer())), &contextReader{ctx, r})
		tail, err := seek(rest, []byte(strconv.Quote(strconv.Itoa(id))))
		if err != nil {
			return err
		}
		// What follows the id is ": value"; a name in front of it makes that an object's member.
		v.Stream = NewStream(ctx, io.MultiReader(strings.NewReader(`{""`), tail), v.File)
		return v.Members(func(string) error { return cmp.Or(v.value(), fs.SkipAll) })
	})
	if err == fs.SkipAll {
		return Grid{Width: len(v.values), Labels: max(1, v.labels), Values: v.values}, nil
	}
	return Grid{}, err
}

// seek returns what follows the first occurrence of a text, or io.EOF if there is none.
func seek(r io.Reader, text []byte) (io.Reader, error) {
	buf := make([]byte, 64<<10)
	kept := 0 // bytes that may be the beginning of the text
	for {
		n, err := r.Read(buf[kept:])
		n += kept
		if i := bytes.Index(buf[:n], text); i >= 0 {
			return io.MultiReader(bytes.NewReader(buf[i+len(text):n]), r), nil
		}
		if err != nil {
			return nil, err
		}
		kept = min(n, len(text)-1)
		copy(buf, buf[n-kept:n])
	}
}

// value reads the value of one architecture.
func (v *reader) value() error {
	v.values = v.values[:0]
	list := v.source.list()
	if list == 0 {
		return v.position()
	}
	n := 0
	err := v.Items(func() error {
		if n++; n > list {
			return v.Skip()
		}
		return v.position()
	})
	if err == nil && n != list {
		per := "one per severity"
		switch {
		case v.source.IsAttack():
			per = "one per eps in meta.json"
		case v.source.Scores != nil:
			per = "one per measure in " + ProtocolFile
		}
		return v.Fail("%d values, want %d (%s)", n, list, per)
	}
	return err
}

// position reads the value at one position.
func (v *reader) position() error {
	var x float64
	var err error
	switch v.measure {
	case Confusion:
		return v.matrix()
	case Confidence:
		x, err = v.confidence()
	case Score:
		x, err = v.score()
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

// score reads a number, or null where there is none.
func (v *reader) score() (float64, error) {
	if v.PeekKind() == 'n' {
		return math.NaN(), v.Skip()
	}
	return v.Number()
}

// confidence reads a number, or a list of one for each image class, of which it takes the mean.
func (v *reader) confidence() (float64, error) {
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
func (v *reader) matrix() error {
	rows := 0
	err := v.Items(func() error {
		total, correct, n := 0.0, 0.0, 0
		err := v.Items(func() error {
			x, err := v.Number()
			if err == nil && (x < 0 || x != math.Trunc(x)) {
				err = v.Fail("%v images in a confusion matrix, want a whole number", x)
			}
			if n == rows {
				correct = x
			}
			total, n = total+x, n+1
			return err
		})
		if err != nil {
			return err
		}
		v.labels = cmp.Or(v.labels, n)
		rows++
		if n != v.labels {
			return v.Fail("%d columns in row %d of the confusion matrix, want %d", n, rows, v.labels)
		}
		if total == 0 {
			return v.Fail("no images in row %d of the confusion matrix", rows)
		}
		v.values = append(v.values, correct/total)
		return nil
	})
	if err == nil && (rows == 0 || rows != v.labels) {
		err = v.Fail("%d rows in the confusion matrix, want %d", rows, max(1, v.labels))
	}
	return err
}
