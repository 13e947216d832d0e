package backends

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// CellNames says how [Tables.Cell] is given a cell, for help.
const CellNames = "a cell's text, its native index (0 to 15624), or its released id behind a # " +
	"(with --meta, or --data robustness-data)"

// Cell reads a cell as users name it: its text, its native index, or its released id behind a #. What is no cell is a
// mistake in the command line.
func (t *Tables) Cell(name string) (nasbench201.Cell, error) {
	c, err := t.find(name)
	if _, bad := errors.AsType[*nameError](err); bad {
		err = usage.Mark(err)
	}
	return c, err
}

// nameError is what is wrong with a name of a cell, wherever it stands.
type nameError struct{ error }

func (e *nameError) Unwrap() error { return e.error }

// find is Cell for names that need not stand in the command line: they are no mistakes in it.
func (t *Tables) find(name string) (nasbench201.Cell, error) {
	name = strings.TrimSpace(name)
	id, released := strings.CutPrefix(name, "#")
	if !released {
		c, err := nasbench201.Find(name)
		if err != nil {
			err = &nameError{err}
		}
		return c, err
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return nasbench201.Cell{}, &nameError{fmt.Errorf("%q: want a released id behind the #, such as #13433", name)}
	}
	t.asked = true
	m, err := t.Released()
	if err != nil {
		return nasbench201.Cell{}, err
	}
	if m == nil {
		return nasbench201.Cell{}, usage.Mark(fmt.Errorf("%s: only the meta.json of the robustness dataset has released "+
			"ids: name it by --meta, or its folder by --data", name))
	}
	arch, ok := m.Arch(n)
	if !ok {
		return nasbench201.Cell{}, &nameError{fmt.Errorf("%s: meta.json has no such released id", name)}
	}
	return nasbench201.Parse(arch)
}

// Unread returns the mistake of a command line that names a table where only released ids are read of tables, though
// no cell is named by one: whoever does that may take the table for what networks are trained on.
func (t *Tables) Unread(e *env.Env) error {
	for _, flag := range []string{"data", "meta"} {
		if e.Given(flag) && !t.asked {
			return usage.Mark(fmt.Errorf("--%s has no meaning without a cell's released id, such as #13433: it is about "+
				"tables of measured results, of which nothing else is read here", flag))
		}
	}
	return nil
}

// Released reads the released ids, of --meta or of the table that the flags name; nil if neither has any.
func (t *Tables) Released() (*layout.Meta, error) {
	if t.released != nil || t.Meta == "" && t.Data == micro.Path {
		return t.released, nil
	}
	m, err := layout.FindMeta(t.Data, t.Meta, table.Benchmark(""))
	if _, none := errors.AsType[*layout.FileError](err); none {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t.released = m
	return m, nil
}

// Names tells what architectures of a space are called, with the released ids that [Tables.Released] finds.
func (t *Tables) Names(s space.Space) (space.Names, error) {
	m, err := t.Released()
	if m == nil {
		return space.Names{Space: s}, err
	}
	return space.Names{Space: s, ID: func(a space.Arch) (int, bool) {
		id, _, ok := m.ID(a)
		return id, ok
	}}, nil
}

// Classes reads a file of --archs as [Tables.Cells] does, each class once. An empty path gives nil.
func (t *Tables) Classes(path string) (cells []nasbench201.Cell, err error) {
	if path == "" {
		return nil, nil
	}
	all, err := t.Cells(path)
	if err != nil {
		return nil, fmt.Errorf("--archs: %w", err)
	}
	seen := map[int]bool{}
	for _, c := range all {
		if !seen[c.Class()] {
			seen[c.Class()] = true
			cells = append(cells, c)
		}
	}
	return cells, nil
}

// Cells reads a file of one cell a line, as [Tables.Cell] reads them, but a bad line is no mistake in the command line.
// Lines that begin with a # and no digit are comments.
func (t *Tables) Cells(path string) ([]nasbench201.Cell, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return t.readCells(f, path)
}

func (t *Tables) readCells(r io.Reader, path string) (cells []nasbench201.Cell, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if n == 1 {
			text = strings.TrimPrefix(text, "\ufeff")
		}
		text = strings.TrimSpace(text)
		if text == "" || text[0] == '#' && (len(text) == 1 || text[1] < '0' || text[1] > '9') {
			continue
		}
		c, err := t.find(text)
		if err != nil {
			return nil, fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		cells = append(cells, c)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(cells) == 0 {
		return nil, fmt.Errorf("%s: no architectures in it", path)
	}
	return cells, nil
}
