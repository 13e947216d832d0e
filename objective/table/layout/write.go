package layout

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Writer writes a table in this layout as one zip file. The same calls give the same bytes.
type Writer struct {
	to       io.Writer
	files    []written
	protocol []byte
}

type written struct {
	name    string
	content []byte
}

// NewWriter returns a writer, which [Writer.Close] finishes.
func NewWriter(w io.Writer) *Writer { return &Writer{to: w} }

// Close writes the file, [ProtocolFile] first.
func (w *Writer) Close() error {
	z := zip.NewWriter(w.to)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, f := range append([]written{{ProtocolFile, w.protocol}}, w.files...) {
		out, err := z.CreateHeader(&zip.FileHeader{Name: f.name, Method: zip.Deflate}) // without a time
		if err != nil {
			return err
		}
		if _, err := out.Write(f.content); err != nil {
			return err
		}
	}
	return z.Close()
}

// Digests are those of the files so far, by name, for [Protocol.Files].
func (w *Writer) Digests() map[string]string {
	all := map[string]string{}
	for _, f := range w.files {
		all[f.name] = digestOf(f.content)
	}
	return all
}

// Protocol makes [ProtocolFile]: an object with a [Protocol] under "table", and what else there is to say; with a
// digest of itself.
func (w *Writer) Protocol(content any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	err := e.Encode(content)
	w.protocol = sealed(b.Bytes())
	return err
}

// Member is an architecture of a class.
type Member struct {
	ID       int
	Arch     space.Arch
	Isomorph int // the id that the values of its class belong to
}

// Meta writes meta.json. Sources tell at which sizes and severities they were measured, if there are any.
func (w *Writer) Meta(members iter.Seq[Member], sources []Source) error {
	return w.add(MetaFile, func(b *bufio.Writer) error {
		fmt.Fprint(b, `{"ids":{`)
		between := separator(",\n")
		for m := range members {
			fmt.Fprintf(b, `%s"%d":{"nb201-string":%q,"isomorph":"%d"}`, between(), m.ID, m.Arch, m.Isomorph)
		}
		fmt.Fprint(b, "},\n\"epsilons\":{")
		settings(b, sources, Source.IsAttack, func(s objective.Setting) float64 { return float64(s.Eps) })
		if slices.ContainsFunc(sources, Source.IsCorruption) {
			fmt.Fprint(b, "},\n\"severities\":{")
			settings(b, sources, Source.IsCorruption, func(s objective.Setting) float64 { return float64(s.Severity) })
		}
		_, err := fmt.Fprint(b, "}}\n")
		return err
	})
}

// settings writes the numbers of the settings of some sources, by key.
func settings(
	b *bufio.Writer, sources []Source, which func(Source) bool, number func(objective.Setting) float64,
) {
	between := separator(",")
	for _, s := range sources {
		if !which(s) {
			continue
		}
		var numbers []float64
		for _, at := range s.At {
			numbers = append(numbers, number(at))
		}
		fmt.Fprintf(b, "%s%q:%s", between(), s.Key, list(numbers, func(v float64) string { return Number(v, allDecimals) }))
	}
}

// separator returns what stands before the elements of a list: nothing before the first, a text before others.
func separator(text string) func() string {
	next := ""
	return func() (now string) {
		now, next = next, text
		return now
	}
}

// allDecimals are as many as tell a number apart.
const allDecimals = -1

// Values writes the file of a source's measure: by id the value or, of a source with settings, the list of values, each
// with so many decimals.
func (w *Writer) Values(dataset string, s Source, m Measure, decimals int, values iter.Seq2[int, []float64]) error {
	return w.values(dataset, s, m, func(v float64) string { return Number(v, decimals) }, values)
}

// Scores is Values with so many significant digits, where NaN stands for none.
func (w *Writer) Scores(dataset string, s Source, m Measure, figures int, values iter.Seq2[int, []float64]) error {
	return w.values(dataset, s, m, func(v float64) string { return Figures(v, figures) }, values)
}

func (w *Writer) values(
	dataset string, s Source, m Measure, text func(float64) string, values iter.Seq2[int, []float64],
) error {
	return w.add(fileName(dataset)+"/"+s.File(m), func(b *bufio.Writer) error {
		fmt.Fprintf(b, `{%q:{%q:{%q:{`, dataset, s.Key, m)
		between := separator(",")
		for id, v := range values {
			value := text(v[0])
			if s.list() > 0 {
				value = list(v, text)
			}
			fmt.Fprintf(b, `%s"%d":%s`, between(), id, value)
		}
		_, err := fmt.Fprint(b, "}}}}\n")
		return err
	})
}

func list(values []float64, text func(float64) string) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = text(v)
	}
	return "[" + strings.Join(texts, ",") + "]"
}

func (w *Writer) add(name string, content func(*bufio.Writer) error) error {
	var all bytes.Buffer
	b := bufio.NewWriter(&all)
	if err := content(b); err != nil {
		return err
	}
	err := b.Flush()
	w.files = append(w.files, written{name, all.Bytes()})
	return err
}

// Figures writes a number with so many significant digits, as short as it goes; for NaN null.
func Figures(v float64, figures int) string {
	if math.IsNaN(v) {
		return "null"
	}
	return strconv.FormatFloat(Rounded(v, figures), 'g', -1, 64)
}

// Rounded returns a number at so many significant digits.
func Rounded(v float64, figures int) float64 {
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', figures, 64), 64)
	if err != nil {
		panic(err) // a finite number is read as it was written
	}
	return short
}

// Number writes a number with so many decimals, without zeros at the end.
func Number(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if decimals > 0 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}
