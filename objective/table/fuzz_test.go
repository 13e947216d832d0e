package table

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// digits is the space of "0" to "3", where "3" is the same as "2".
type digits struct{ space.Space }

func (digits) Name() string                      { return "digits" }
func (digits) Canonical(a space.Arch) space.Arch { return min(a, "2") }
func (digits) Classes() int                      { return 3 }
func (digits) Class(i int) space.Arch            { return space.Arch(strconv.Itoa(i)) }

func (digits) ClassOf(a space.Arch) (int, error) {
	if len(a) != 1 || a[0] < '0' || a[0] > '3' {
		return 0, fmt.Errorf("%q is no digit", string(a))
	}
	return int(min(a, "2")[0] - '0'), nil
}

const digitsMeta = `{"ids": {"0": {"nb201-string": "0", "isomorph": "0"}, "1": {"nb201-string": "1", "isomorph": "1"},
	"2": {"nb201-string": "2", "isomorph": "2"}, "3": {"nb201-string": "3", "isomorph": "2"}}, "epsilons": {"pgd@Linf": [1.0, 8.0]}}`

// wantFormatError fails for an error that is not about the contents of the file.
func wantFormatError(t *testing.T, err error, file string) {
	var format *FormatError
	if err != nil && (!errors.As(err, &format) || format.File != file) {
		t.Fatalf("%v, want a *FormatError of %s", err, file)
	}
}

func FuzzRobBench(f *testing.F) {
	f.Add([]byte(`{"cifar100": 1, "cifar10": {"0": {"val_acc": {"0": 0.5, "1": 0.25}, "val_pgd_3.0_acc": {"threeseed": 1}}, "3": {}, "2": {"x": {"0": -5}}}}`))
	f.Add([]byte(`var data = {"cifar10": {"0": {"val_pgd_0.0314_acc": {"0": 0.5}}, "3": {"pgd_acc@4/255": {"0": 0.5}}, "2": {"pgd_acc@4/255": {"1": 0.25}}}};`))
	path := filepath.Join(f.TempDir(), layout.MetaFile)
	if err := os.WriteFile(path, []byte(digitsMeta), 0o644); err != nil {
		f.Fatal(err)
	}
	meta, err := layout.MetaBeside(path, "", digits{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, _, err := readRobBench(bytes.NewReader(text), "f", "cifar10", meta)
		wantFormatError(t, err, "f")
		if err != nil || b == nil {
			return
		}
		for _, rule := range []Rule{"", First, Mean, Strict} {
			c := new(Content)
			err := b.fill(c, Options{Space: digits{}, Rows: rule})
			wantFormatError(t, err, "f")
			columns := 0
			for _, f := range families(c.Metrics) {
				columns += len(f.columns)
			}
			if err == nil && (c.measured.Width != columns || len(c.measured.Values) > 3*columns) {
				t.Fatalf("%d values in rows of %d, %d columns in the families", len(c.measured.Values), c.measured.Width, columns)
			}
		}
	})
}

// FuzzCSV reads tables and writes them again: what can be read reads back the same.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("# dataset: d\n# default eps: 8/255\narch,clean_acc,pgd_acc@8/255,fog_acc@severity3,t:min\n0,0.5,,1,3e4\n3,,0.25,,\n2,0.5,,,-0\n"))
	f.Add([]byte("\ufeffarch,a\r\n\"0\",1\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "f.csv")
		open := func(text []byte) (*Table, error) {
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
			return Open(path, Options{Space: digits{}})
		}
		tab, err := open(text)
		wantFormatError(t, err, path)
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if err := tab.Export(context.Background(), &once); err != nil {
			t.Fatal(err)
		}
		back, err := open(once.Bytes())
		if err != nil {
			t.Fatalf("%v\nin\n%s", err, once.Bytes())
		}
		if err := back.Export(context.Background(), &twice); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Fatalf("exported\n%s\nthen\n%s", once.Bytes(), twice.Bytes())
		}
	})
}
