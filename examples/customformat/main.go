// Command customformat is nassearch with one more format of tables, a JSON object in a file that ends with
// .values.json:
//
//	{"dataset": "mine", "metrics": ["clean_acc", "pgd_acc@8/255"],
//	 "values": {"|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|none~2|": [0.78, 0.21], ...}}
//
// Every command that reads tables reads it:
//
//	go run ./examples/customformat --data mine.values.json --objective pgd_acc
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// Format describes the format to the program: which paths are its own, and what is there.
func Format() table.Format {
	return table.Format{
		About: "a .values.json",
		Reads: func(path string, f fs.FileInfo) bool { return f != nil && strings.HasSuffix(path, ".values.json") },
		Open:  open,
	}
}

// open reads a file. What it does not tell of a class is a hole of the table.
func open(path string, o table.Options) (*table.Content, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Dataset string
		Metrics []string
		Values  map[space.Arch][]float64
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, &table.FormatError{File: path, Problem: err.Error()}
	}
	if o.Dataset != "" && o.Dataset != file.Dataset {
		return nil, &table.DatasetError{Dataset: o.Dataset, Where: path, Has: []string{file.Dataset}}
	}
	c := &table.Content{Info: table.Info{
		Name: file.Dataset, Dataset: file.Dataset, Format: "values", Description: file.Dataset + ", from " + path,
	}}
	for _, name := range file.Metrics {
		m, err := objective.ParseMetric(name)
		if err != nil {
			return nil, &table.FormatError{File: path, Key: "metrics", Problem: err.Error()}
		}
		c.Metrics = append(c.Metrics, m)
	}
	columns := len(c.Metrics)
	c.Values = slices.Repeat([]float64{math.NaN()}, o.Space.Classes()*columns)
	for _, arch := range slices.Sorted(maps.Keys(file.Values)) {
		class, err := o.Space.ClassOf(arch)
		row := file.Values[arch]
		switch {
		case err != nil:
		case len(row) != columns:
			err = fmt.Errorf("%s: %d values, want %d", arch, len(row), columns)
		case columns > 0 && !math.IsNaN(c.Values[class*columns]):
			err = fmt.Errorf("%s: another member of its class is there", arch)
		}
		if err != nil {
			return nil, &table.FormatError{File: path, Key: "values", Problem: err.Error()}
		}
		copy(c.Values[class*columns:], row)
	}
	return c, nil
}

func main() { os.Exit(cmd.Main(cmd.Extensions{Formats: []table.Format{Format()}})) }
