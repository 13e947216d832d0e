package remote

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Costs are what requests are announced to take: of every class of a space, at every fidelity.
type Costs struct {
	// Kinds of classes, each with its costs by fidelity. Networks that do the same work cost the same.
	Kinds [][]time.Duration `json:"kinds"`
	// Of has the kind of every class, two bytes each, the low one first, compressed.
	Of []byte `json:"of"`
}

// newCosts asks an evaluator.
func newCosts(in space.Enumerator, e objective.Evaluator, fidelities []float64) (c Costs) {
	number := map[string]int{} // of a kind, by its costs
	var of []byte
	costs := make([]time.Duration, len(fidelities))
	text := make([]byte, 8*len(fidelities))
	for class := range in.Classes() {
		arch := in.Class(class)
		for i, f := range fidelities {
			costs[i] = e.Cost(objective.Request{Arch: arch, Fidelity: f})
			binary.LittleEndian.PutUint64(text[8*i:], uint64(costs[i]))
		}
		kind, ok := number[string(text)]
		if !ok {
			kind = len(c.Kinds)
			number[string(text)] = kind
			c.Kinds = append(c.Kinds, append([]time.Duration(nil), costs...))
		}
		of = binary.LittleEndian.AppendUint16(of, uint16(kind))
	}
	c.Of = squeeze(of)
	return c
}

func squeeze(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err = errors.Join(err, w.Close()); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

// kinds returns the kind of each of so many classes.
func (c Costs) kinds(classes int) ([]uint16, error) {
	r, err := gzip.NewReader(bytes.NewReader(c.Of))
	if err != nil {
		return nil, fmt.Errorf("costs: %w", err)
	}
	of := make([]uint16, classes)
	if err := binary.Read(r, binary.LittleEndian, of); err != nil {
		return nil, fmt.Errorf("costs of %d classes: %w", classes, err)
	}
	if n, err := io.ReadFull(r, make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("costs of more than %d classes", classes)
	}
	return of, nil
}

// validate checks that there is a cost of everything.
func (c Costs) validate(classes, fidelities int) error {
	of, err := c.kinds(classes)
	if err != nil {
		return err
	}
	for _, costs := range c.Kinds {
		if len(costs) != fidelities {
			return fmt.Errorf("costs at %d fidelities, want %d", len(costs), fidelities)
		}
		if least := slices.Min(costs); least < 0 {
			return fmt.Errorf("a cost of %v: want no negative time", least)
		}
	}
	for class, kind := range of {
		if int(kind) >= len(c.Kinds) {
			return fmt.Errorf("costs of class %d: kind %d of %d", class, kind, len(c.Kinds))
		}
	}
	return nil
}
