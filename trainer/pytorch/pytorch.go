// Package pytorch writes networks of NAS-Bench-201 as PyTorch modules: a Python file that needs PyTorch alone, beside
// a file of weights as [trainer.Weights.Save] writes it.
package pytorch

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
)

//go:embed net.py.tmpl
var text string

// module is what the template is filled with.
type module struct {
	trainer.Spec
	Module, Weights, WeightsText string // names of the files, as words and in Python
	Nodes                        [nasbench201.Nodes - 1][]edge
	MeanText, StdText, ClassText string // in Python
}

// edge is one into a node.
type edge struct {
	Op   nasbench201.Op
	From int
}

// Write writes the Python file of a network, which is called name and reads the weights from a file beside it.
func Write(to io.Writer, w *trainer.Weights, name, weights string) error {
	t, err := template.New("net.py").Parse(text)
	if err != nil {
		return err
	}
	m := module{
		Spec: w.Spec, Module: strings.TrimSuffix(filepath.Base(name), ".py"), Weights: plain(weights),
		WeightsText: literal(weights), MeanText: numbers(w.Mean, w.Inputs, 0), StdText: numbers(w.Std, w.Inputs, 1),
	}
	m.Module = plain(m.Module)
	for i, op := range w.Cell {
		from, to := nasbench201.Ends(i)
		m.Nodes[to-1] = append(m.Nodes[to-1], edge{op, from})
	}
	names, err := json.Marshal(append([]string{}, w.ClassNames...))
	if err != nil {
		return err
	}
	m.ClassText = literal(string(names))
	return t.Execute(to, m)
}

// numbers is a list in Python, to the last bit; where there are none, of n equal ones.
func numbers(values []float32, n int, usual float32) string {
	list := make([]string, n)
	for i := range list {
		v := usual
		if len(values) > 0 {
			v = values[i]
		}
		list[i] = strconv.FormatFloat(float64(v), 'e', -1, 32)
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// literal is a text in Python, of ASCII alone.
func literal(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ' || r > '~':
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// plain is a name within a text of Python, which it neither ends nor escapes from.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == '\\' || r == 0x7f {
			return '_'
		}
		return r
	}, name)
}
