package sheet_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nassearch/nassearch/search/report/sheet"
)

func TestPrinterAlignsWhatLabelsName(t *testing.T) {
	var b bytes.Buffer
	p := sheet.To(&b)
	p.Line("search", "evolution")
	p.Line("", "population=30")
	p.Line("", "")
	p.Sheet(short())
	p.Raw("end")
	want := "search   evolution\n         population=30\n\nstrategy  mean  95 % interval\nrandom    0.5   none\nend"
	if diff := cmp.Diff(want, b.String()); diff != "" || p.Err() != nil {
		t.Error(p.Err(), diff)
	}
}

// full takes so many writes.
type full int

func (f *full) Write(b []byte) (int, error) {
	if *f == 0 {
		return 0, errors.New("no space left")
	}
	*f--
	return len(b), nil
}

func TestPrinterStopsAtTheFirstError(t *testing.T) {
	room := full(1)
	p := sheet.To(&room)
	p.Line("one", "")
	p.Sheet(short())
	room = 5
	p.Line("three", "")
	if p.Err() == nil || room != 5 {
		t.Errorf("error %v, %d writes left", p.Err(), room)
	}
}
