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
// behind a colon if it is not the usual one ([objective.UsualGoal]). Columns that name the
// architecture in other words ([space.NameColumns]), or have no title, are passed over. An empty field is a hole. Of
// several rows of one class the [Rule] makes one.

const archColumn = "arch"

// csvFormat is what [Info] calls it.
const csvFormat = "CSV"

// openCSV reads a table as CSV.
func openCSV(path string, o Options) (*Content, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open table: %w", err)
	}
	defer f.Close()
	c := &csvTable{file: path, sp: o.Space, rule: o.Rows, content: Content{Info: Info{Format: csvFormat}}}
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
	rule     Rule
	content  Content
	header   []string
	arch     int   // which column it is
	metrics  []int // by metric: its column
	rows     *rows
	comments int // lines before the header
}

func (c *csvTable) fail(line int, column, format string, args ...any) error {
	return &FormatError{File: c.file, Line: line, Key: column, Problem: fmt.Sprintf(format, args...)}
}

func (c *csvTable) read(r io.Reader) error {
	b := bufio.NewReader(r)
	if err := c.readComments(b); err != nil {
		return err
	}
	lines := csv.NewReader(b)
	lines.Comment, lines.ReuseRecord, lines.TrimLeadingSpace, lines.FieldsPerRecord = '#', true, true, -1
	header, err := lines.Read()
	if err == io.EOF {
		return c.fail(c.comments+1, "", "no header, want %s,metric,...", archColumn)
	}
	if err != nil {
		return c.broken(err)
	}
	if err := c.readHeader(slices.Clone(header), c.line(lines)); err != nil {
		return err
	}
	if c.rule == Each {
		if c.sp, err = each(c.sp); err != nil {
			return err
		}
	}
	c.rows = newRows(c.rule, c.sp.Classes(), len(c.metrics))
	for {
		row, err := lines.Read()
		if err == io.EOF {
			return c.finish()
		}
		if err != nil {
			return c.broken(err)
		}
		if err := c.readRow(row, c.line(lines)); err != nil {
			return err
		}
	}
}

// finish makes the values.
func (c *csvTable) finish() error {
	g, wrong := c.rows.grid()
	if wrong != nil {
		return c.fail(wrong.line, c.header[c.metrics[wrong.column]],
			"value %v contradicts %v of line %d, which is of the same class: %s",
			wrong.value, wrong.before, wrong.other, chooseRule)
	}
	c.content.measured = g
	c.content.Info.rowsOf(c.rule, c.rows.several)
	return nil
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

// readHeader makes the metrics.
func (c *csvTable) readHeader(header []string, line int) error {
	names := space.NameColumns()[1:]
	named := func(title string) bool { return title != "" && !slices.Contains(names, title) }
	c.header, c.arch = header, slices.Index(header, archColumn)
	if c.arch < 0 || len(header) < 2 {
		return c.fail(line, "", "want a header %s,metric,...: it begins with %q and has %d columns%s",
			archColumn, header[0], len(header), separatedBy(header[0]))
	}
	goals, there, usual := map[string]objective.Direction{}, map[objective.Metric]bool{}, objective.Usual()
	for i, text := range header {
		if i == c.arch || !named(text) {
			continue
		}
		m, err := objective.ParseMetric(text)
		if err != nil {
			return c.fail(line, text, "%v", err)
		}
		m = usual.Own(m)
		goal, known := goals[m.Name]
		switch {
		case known && goal != m.Goal:
			return c.fail(line, text, "another goal than %s has before", m.Name)
		case there[m]:
			return c.fail(line, text, "a second column for the same metric")
		}
		goals[m.Name], there[m] = m.Goal, true
		c.content.Metrics, c.metrics = append(c.content.Metrics, m), append(c.metrics, i)
	}
	if len(c.metrics) == 0 {
		return c.fail(line, "", "no column is a metric: want a header %s,metric,...", archColumn)
	}
	return nil
}

// separatedBy says what stands in the place of commas, if anything does.
func separatedBy(header string) string {
	for text, name := range map[string]string{";": "semicolons", "\t": "tabs"} {
		if strings.Contains(header, text) {
			return ", as its fields are separated by " + name
		}
	}
	return ""
}

func (c *csvTable) readRow(row []string, line int) error {
	if slices.Equal(row, c.header) {
		return nil // two files, one after the other
	}
	if len(row) != len(c.header) {
		return c.fail(line, "", "%d fields, want %d as in the header", len(row), len(c.header))
	}
	class, err := c.sp.ClassOf(space.Arch(row[c.arch]))
	if text := row[c.arch]; err != nil && strings.Trim(text, "#0123456789") == "" && text != "" {
		return c.fail(line, archColumn, "%q is a number, which benchmarks give out in different orders: "+
			"write the cell's text; 'nassearch space list -o csv' has that of each index", text)
	}
	if err != nil {
		return c.fail(line, archColumn, "%v", err)
	}
	values := c.rows.add(class, line)
	for i, column := range c.metrics {
		name := c.header[column]
		if values[i], err = parseField(row[column], name); err != nil {
			return c.fail(line, name, "%v", err)
		}
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
