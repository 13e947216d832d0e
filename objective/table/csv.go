package table

import (
	"bufio"
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

// The keys of comments.
const (
	keyDataset     = "dataset"
	keyDescription = "description"
	keySplit       = "split"
	keyTraining    = "training"
	keyAttacks     = "attacks"
	keyEps         = "default eps"
	keyNote        = "note"
)

const archColumn = "arch"

func (t *Table) openCSV(path string, o Options) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open table: %w", err)
	}
	defer f.Close()
	c := &csvTable{file: path, sp: t.sp, info: Info{Format: "CSV"}}
	if err := c.read(f); err != nil {
		return err
	}
	if o.Dataset != "" && c.info.Dataset != "" && o.Dataset != c.info.Dataset {
		return &DatasetError{Dataset: o.Dataset, Where: path, Has: []string{c.info.Dataset}}
	}
	if c.info.Dataset == "" {
		c.info.Dataset = o.Dataset
	}
	t.info, t.store = c.info, memory{c.grid}
	t.families = withMeans(c.families)
	t.info.complete(path, t.families)
	return nil
}

// complete fills in what a file does not say of itself.
func (i *Info) complete(path string, fs []family) {
	stem := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	i.Name = i.Dataset
	if i.Name == "" {
		i.Name = stem
	}
	if i.Description == "" {
		i.Description = stem
		for _, part := range []string{i.Dataset, i.Split} {
			if part != "" && part != stem {
				i.Description += " · " + part
			}
		}
	}
	if i.DefaultEps == 0 {
		i.DefaultEps = usualEps(fs, 1)
	}
}

// usualEps returns the preferred eps if any metric has it, else the smallest of all; 0 if there is none.
func usualEps(fs []family, preferred objective.Eps) objective.Eps {
	var eps []objective.Eps
	for i := range fs {
		for _, s := range fs[i].settings() {
			if s == objective.At(s.Eps) && s.Eps != 0 {
				eps = append(eps, s.Eps)
			}
		}
	}
	switch {
	case len(eps) == 0:
		return 0
	case slices.Contains(eps, preferred):
		return preferred
	}
	return slices.Min(eps)
}

// csvTable is a CSV file while it is read.
type csvTable struct {
	file     string
	sp       Space
	info     Info
	families []family
	names    []string // of columns, the first is arch
	grid     grid
	rows     []int // by class: the line of its first row
	comments int   // lines before the header
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
	c.grid = newGrid(c.sp.Classes(), len(c.names)-1, 1)
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
	value = strings.TrimSpace(value)
	switch strings.TrimSpace(key) {
	case keyDataset:
		c.info.Dataset = value
	case keyDescription:
		c.info.Description = value
	case keySplit:
		c.info.Split = value
	case keyTraining:
		c.info.Training = value
	case keyAttacks:
		c.info.Attacks = value
	case keyNote:
		c.info.Notes = append(c.info.Notes, value)
	case keyEps:
		c.info.DefaultEps, err = objective.ParseEps(value)
	}
	return err
}

// readHeader makes the families.
func (c *csvTable) readHeader(header []string, line int) error {
	if header[0] != archColumn || len(header) < 2 {
		return c.fail(line, "", "want a header %s,metric,...: it begins with %q and has %d columns", archColumn, header[0], len(header))
	}
	c.names = header
	for i, text := range header[1:] {
		if err := c.addColumn(text, i); err != nil {
			return c.fail(line, text, "%v", err)
		}
	}
	return nil
}

func (c *csvTable) addColumn(text string, at int) error {
	m, err := objective.ParseMetric(text)
	if err != nil {
		return err
	}
	col := column{setting: m.Setting, at: at}
	f := find(c.families, m.Name)
	if f == nil {
		c.families = append(c.families, family{name: m.Name, goal: m.Goal, columns: []column{col}, label: whole})
		return nil
	}
	if f.goal != m.Goal {
		return fmt.Errorf("another goal than %s has before", m.Name)
	}
	if slices.Contains(f.settings(), m.Setting) {
		return fmt.Errorf("a second column for the same metric")
	}
	f.columns = append(f.columns, col)
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
	values := c.grid.row(class)
	for i, text := range row[1:] {
		v, ok, err := parseField(text, c.names[i+1])
		if err != nil {
			return c.fail(line, c.names[i+1], "%v", err)
		}
		if !ok {
			continue
		}
		if old := values[i]; !math.IsNaN(old) && old != v {
			return c.fail(line, c.names[i+1], "value %v contradicts %v of line %d, which is of the same class", v, old, c.rows[class])
		}
		values[i] = v
	}
	if c.rows[class] == 0 {
		c.rows[class] = line
	}
	return nil
}

// parseField reads a number; it is false for a hole.
func parseField(text, column string) (v float64, ok bool, err error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, false, nil
	}
	v, err = strconv.ParseFloat(text, 64)
	switch {
	case err != nil:
		return 0, false, fmt.Errorf("%q is no number", text)
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, false, fmt.Errorf("%q: leave the field empty where there is no value", text)
	}
	if isShare(column) {
		err = checkShare(v)
	}
	return v, true, err
}
