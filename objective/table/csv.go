package table

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space"
)

// A table as CSV:
//
//	# dataset: cifar10
//	# split: test set
//	arch,clean_acc,pgd_acc@1/255,fog_acc@severity3,latency:min
//	|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,0.1,0.1,,3.2
//
// Comments come first and carry the Info. A column is a metric, with its eps or severity behind @, and its goal
// behind a colon if it is not the usual one (min for params and flops, max for others). An empty field is a
// hole. Several rows may be of one class, if they do not contradict one another.

// Keys of comments, besides those of texts.
const (
	keyEps  = "default eps"
	keyNote = "note"
)

type comment struct {
	key  string
	text *string
}

// comments are the texts that a file has of an Info, in their order.
func (i *Info) comments() []comment {
	return []comment{
		{"dataset", &i.Dataset}, {"description", &i.Description}, {"split", &i.Split}, {"training", &i.Training},
		{"attacks", &i.Attacks},
	}
}

const archColumn = "arch"

// openCSV reads a table as CSV.
func openCSV(path string, o Options) (*Content, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	defer f.Close()
	c := &csvTable{file: path, sp: o.Space, content: Content{Info: Info{Format: "CSV"}}}
	if err := c.read(f); err != nil {
		return nil, err
	}
	info := &c.content.Info
	if o.Dataset != "" && info.Dataset != "" && o.Dataset != info.Dataset {
		return nil, &DatasetError{Dataset: o.Dataset, Where: path, Has: []string{info.Dataset}}
	}
	info.Dataset = cmp.Or(info.Dataset, o.Dataset)
	info.complete(path)
	return &c.content, nil
}

// complete fills in what a file does not say of itself.
func (i *Info) complete(path string) {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	i.Name = cmp.Or(i.Dataset, stem)
	if i.Description != "" {
		return
	}
	i.Description = stem
	for _, part := range []string{i.Dataset, i.Split} {
		if part != "" && part != stem {
			i.Description += " · " + part
		}
	}
}

// csvTable is a CSV file while it is read.
type csvTable struct {
	file     string
	sp       Space
	content  Content
	names    []string // of columns, the first is arch
	rows     []int    // by class: the line of its first row
	comments int      // lines before the header
}

func (c *csvTable) fail(line int, column, format string, args ...any) error {
	return &FormatError{File: c.file, Line: line, Key: column, Problem: fmt.Sprintf(format, args...)}
}

func (c *csvTable) read(r io.Reader) error {
	b := bufio.NewReader(r)
	if err := c.readComments(b); err != nil {
		return err
	}
	rows := csv.NewReader(b)
	rows.Comment, rows.ReuseRecord, rows.TrimLeadingSpace, rows.FieldsPerRecord = '#', true, true, -1
	header, err := rows.Read()
	if err == io.EOF {
		return c.fail(c.comments+1, "", "no header, want %s,metric,...", archColumn)
	}
	if err != nil {
		return c.broken(err)
	}
	if err := c.readHeader(slices.Clone(header), c.line(rows)); err != nil {
		return err
	}
	c.content.Values = layout.NewGrid(c.sp.Classes(), len(c.content.Metrics), 1).Values
	c.rows = make([]int, c.sp.Classes())
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return c.broken(err)
		}
		if err := c.readRow(row, c.line(rows)); err != nil {
			return err
		}
	}
}

// line returns the line of the last record.
func (c *csvTable) line(r *csv.Reader) int {
	line, _ := r.FieldPos(0)
	return line + c.comments
}

func (c *csvTable) broken(err error) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return c.fail(parse.Line+c.comments, "", "%v", parse.Err)
	}
	return fmt.Errorf("%s: %w", c.file, err)
}

// readComments reads the lines that begin with #, up to the header.
func (c *csvTable) readComments(b *bufio.Reader) error {
	if mark, err := b.Peek(3); err == nil && string(mark) == "\ufeff" {
		b.Discard(3) // a byte order mark, as spreadsheets write it
	}
	for {
		next, err := b.Peek(1)
		if err != nil || next[0] != '#' {
			return nil // the CSV reader meets the same error
		}
		text, err := b.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("%s: %w", c.file, err)
		}
		c.comments++
		if err := c.comment(strings.TrimSpace(text[1:])); err != nil {
			return c.fail(c.comments, "", "%v", err)
		}
	}
}

func (c *csvTable) comment(text string) (err error) {
	key, value, _ := strings.Cut(text, ":")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	info := &c.content.Info
	switch key {
	case keyNote:
		info.Notes = append(info.Notes, value)
	case keyEps:
		info.DefaultEps, err = objective.ParseEps(value)
	}
	for _, known := range info.comments() {
		if known.key == key {
			*known.text = value
		}
	}
	return err
}

// readHeader makes the metrics.
func (c *csvTable) readHeader(header []string, line int) error {
	if header[0] != archColumn || len(header) < 2 {
		return c.fail(line, "", "want a header %s,metric,...: it begins with %q and has %d columns",
			archColumn, header[0], len(header))
	}
	c.names = header
	for _, text := range header[1:] {
		m, err := objective.ParseMetric(text)
		if err != nil {
			return c.fail(line, text, "%v", err)
		}
		for _, other := range c.content.Metrics {
			switch {
			case other.Name == m.Name && other.Goal != m.Goal:
				return c.fail(line, text, "another goal than %s has before", m.Name)
			case other == m:
				return c.fail(line, text, "a second column for the same metric")
			}
		}
		c.content.Metrics = append(c.content.Metrics, m)
	}
	return nil
}

func (c *csvTable) readRow(row []string, line int) error {
	if len(row) != len(c.names) {
		return c.fail(line, "", "%d fields, want %d as in the header", len(row), len(c.names))
	}
	class, err := c.sp.ClassOf(space.Arch(row[0]))
	if err != nil {
		return c.fail(line, archColumn, "%v", err)
	}
	values := c.content.grid().Row(class)
	for i, text := range row[1:] {
		name, old := c.names[i+1], values[i]
		v, err := parseField(text, name)
		switch {
		case err != nil:
			return c.fail(line, name, "%v", err)
		case math.IsNaN(v):
			continue
		case !math.IsNaN(old) && old != v:
			return c.fail(line, name, "value %v contradicts %v of line %d, which is of the same class", v, old, c.rows[class])
		}
		values[i] = v
	}
	if c.rows[class] == 0 {
		c.rows[class] = line
	}
	return nil
}

// parseField reads a number; it is NaN for a hole.
func parseField(text, column string) (v float64, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return math.NaN(), nil
	}
	v, err = strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is no number", text)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("%q: leave the field empty where there is no value", text)
	case IsShare(column):
		err = layout.CheckShare(v)
	}
	return v, err
}
