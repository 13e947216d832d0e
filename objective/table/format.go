package table

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Format is a form of tables that can be opened.
type Format struct {
	About string // what it reads, for messages: "a .csv"; may be empty
	// Reads says whether a path is its own; file is nil where there is nothing at the path.
	Reads func(path string, file fs.FileInfo) bool
	// Open reads what is at a path. The options' space is never nil.
	Open func(path string, o Options) (*Content, error)
}

// Formats lists the program's own, in the order in which they are tried.
func Formats() []Format {
	isFolder := func(path string, f fs.FileInfo) bool { return f != nil && f.IsDir() || isFile(".zip")(path, f) }
	return []Format{
		{"a folder or .zip of the robustness dataset", isFolder, openReleased},
		{"a NAS-RobBench-201 .json or .js", isFile(".json", ".js"), openRobBench},
		{"a .csv", isFile(".csv"), openCSV},
	}
}

// isFile is [Format.Reads] of what is there under a name that ends so.
func isFile(extensions ...string) func(string, fs.FileInfo) bool {
	return func(path string, f fs.FileInfo) bool {
		return f != nil && slices.Contains(extensions, strings.ToLower(filepath.Ext(path)))
	}
}

// Abouts lists what formats read, of those that say it.
func Abouts(formats []Format) (all []string) {
	for _, f := range formats {
		if f.About != "" {
			all = append(all, f.About)
		}
	}
	return all
}

// Content is what a format found: metrics of classes.
type Content struct {
	Info    Info // Name, Dataset and Description at least
	Metrics []objective.Metric
	Values  []float64 // (classes, metrics), NaN where there is none

	measured layout.Grid // of formats that need not have a row for every class; in the place of Values
	seeds    layout.Grid // over how many trainings each of these values is the mean; without values if nobody says it

	// What Metrics and Values stand for in formats whose files are read when they are wanted.
	families []family
	files    []file
	ids      *layout.Meta
	protocol []byte
	network  *nasbench201.Network // that the cells were stacked into; nil: the benchmark's for the dataset
	unsized  bool                 // the network is known to be another
	lower    []lower              // fidelities, ascending
	epochs   int                  // of the trainings; 0 if nobody says it
}

// read is the [file] of the values.
func (c *Content) read(_ context.Context, class int) (layout.Grid, error) {
	if class == layout.Every {
		return c.measured, nil
	}
	return c.measured.Only(class), nil
}

// each returns the space in which every architecture of a space is a class.
func each(sp Space) (Space, error) {
	cells, ok := sp.(nasbench201.Space)
	if !ok {
		return nil, fmt.Errorf("rows %q: in the space %s there is nothing but classes", Each, sp.Name())
	}
	return cells.Each(), nil
}

// benchmarks are what the benchmark stacks cells into, by data set.
var benchmarks = map[string]nasbench201.Network{
	"cifar10":        nasbench201.Benchmark(10, 32),
	"cifar100":       nasbench201.Benchmark(100, 32),
	"ImageNet16-120": nasbench201.Benchmark(120, 16),
}

// Benchmark returns the space of NAS-Bench-201 in the benchmark's network for a data set; for one that it does not
// have, in that for CIFAR-10.
func Benchmark(dataset string) nasbench201.Space {
	n, ok := benchmarks[dataset]
	if !ok {
		n = benchmarks["cifar10"]
	}
	sp, err := nasbench201.New(n)
	if err != nil {
		panic(err) // the benchmark's networks have a meaning
	}
	return sp
}
