package backends

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

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

// Cell reads a cell as users name it: its text, its native index, or its released id behind a #. An error is a mistake
// in the command line.
func (t *Tables) Cell(name string) (nasbench201.Cell, error) {
	name = strings.TrimSpace(name)
	id, released := strings.CutPrefix(name, "#")
	if !released {
		c, err := nasbench201.Find(name)
		return c, usage.Mark(err)
	}
	n, err := strconv.Atoi(id)
	if err != nil {
		return nasbench201.Cell{}, usage.Mark(fmt.Errorf("%q: want a released id behind the #, such as #13433", name))
	}
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
		return nasbench201.Cell{}, usage.Mark(fmt.Errorf("%s: meta.json has no such released id", name))
	}
	return nasbench201.Parse(arch)
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

// Cells reads a file of one cell a line, as [Tables.Cell] reads them. Lines that begin with a # and no digit are
// comments.
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
		c, err := t.Cell(text)
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
