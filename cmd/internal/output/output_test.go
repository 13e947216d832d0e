package output_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/spf13/cobra"
)

func TestListInEveryForm(t *testing.T) {
	rows, value := sheet.New("name", "size"), map[string]int{"a": 1}
	rows.Add(sheet.Text("a"), sheet.Int(1))
	for form, want := range map[string]string{
		"table": "above\nname  size\na     1\n",
		"csv":   "name,size\na,1\n",
		"json":  "{\n  \"a\": 1\n}\n",
	} {
		var out bytes.Buffer
		p := output.New(&out)
		p.Form = form
		if err := errors.Join(p.Check(&cobra.Command{}), p.List("above\n", rows, value)); err != nil || out.String() != want {
			t.Errorf("%s: %q, %v, want %q", form, out.String(), err, want)
		}
	}
}

// What can be shown depends on what it is written to: a terminal has colours.
func TestTextIsWrittenToTheOutputItself(t *testing.T) {
	var out bytes.Buffer
	p := output.New(&out)
	text := func(w io.Writer) error {
		if w != io.Writer(&out) {
			t.Errorf("text is written to a %T", w)
		}
		return nil
	}
	if err := p.Print(output.Document{Text: text}); err != nil {
		t.Error(err)
	}
}

func TestLineIsOne(t *testing.T) {
	var out bytes.Buffer
	p := output.New(&out)
	p.Form = "json"
	if err := p.Print(output.Document{JSON: map[string]int{"a": 1}, Line: true}); err != nil || out.String() != "{\"a\":1}\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}

// A program's own form is one of all commands: it has the value, and its name is beside the others.
func TestMoreFormsGetTheValue(t *testing.T) {
	var out bytes.Buffer
	p := output.New(&out, report.Form{Name: "go", Write: func(w io.Writer, value any) error {
		_, err := fmt.Fprintf(w, "%#v", value)
		return err
	}})
	cmd := &cobra.Command{}
	p.Register(cmd)
	p.Form = "go"
	if err := errors.Join(p.Check(&cobra.Command{}), p.Print(output.Document{JSON: []int{1}})); err != nil || out.String() != "[]int{1}" {
		t.Errorf("%q, %v", out.String(), err)
	}
	if got := cmd.PersistentFlags().Lookup("output").Usage; got != "what to print: table, json, csv or go; analyses also latex, leaderboard markdown and html" {
		t.Errorf("usage %q", got)
	}
	if got := strings.Join(p.Forms(), " "); got != "table json csv latex markdown html go" {
		t.Errorf("forms %s", got)
	}
}

func TestFormThatThereIsNotIsAMistake(t *testing.T) {
	p := output.New(io.Discard)
	p.Form = "xml"
	if _, ok := errors.AsType[*usage.Error](p.Check(&cobra.Command{})); !ok {
		t.Errorf("%v, want a mistake", p.Check(&cobra.Command{}))
	}
}

func TestToWritesAFileOrTheOutput(t *testing.T) {
	content := func(w io.Writer) error {
		_, err := io.WriteString(w, "text")
		return err
	}
	var out bytes.Buffer
	p := output.New(&out)
	path := filepath.Join(t.TempDir(), "file")
	for _, to := range []string{"", "-", path} {
		if err := p.To(to, content); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "text" || out.String() != "texttext" {
		t.Errorf("file %q (%v), output %q", text, err, out.String())
	}
}

// full is a writer that takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestResultThatTookLongIsDelivered(t *testing.T) {
	for _, form := range []string{output.Table, output.JSON} {
		p, spare := output.New(full{}), new(bytes.Buffer)
		p.Form = form
		text := func(w io.Writer) error { _, err := io.WriteString(w, "acc 0.5\n"); return err }
		err := p.Deliver(output.Document{Text: text, JSON: map[string]float64{"acc": .5}}, spare)
		if err == nil || !strings.Contains(err.Error(), "no space left") || !strings.Contains(spare.String(), "acc") {
			t.Errorf("%s: error %v, spare %q", form, err, spare)
		}
	}
}

func TestColumnsAreThoseOfTheVariable(t *testing.T) {
	rows := sheet.New("name", "size")
	rows.Add(sheet.Texts("a", strings.Repeat("word ", 9)+"end")...)
	for columns, want := range map[string]int{"": 2, "x": 2, "0": 2, "30": 4} {
		t.Setenv("COLUMNS", columns)
		var out bytes.Buffer
		p := output.New(&out)
		if err := p.List("", rows, nil); err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(out.String(), "\n"); got != want {
			t.Errorf("%q columns: %d lines, want %d: %s", columns, got, want, out.String())
		}
	}
}
