package census

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Write writes the table as one zip file in the layout of the released dataset, with protocol.json. Ids are native
// indices. The same table gives the same bytes.
func (t *Table) Write(w io.Writer) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	if err := t.add(z, table.ProtocolFile, t.writeProtocol); err != nil {
		return err
	}
	if err := t.add(z, "meta.json", t.writeMeta); err != nil {
		return err
	}
	names, seeds := t.datasets()
	for i, name := range names {
		columns := t.columns()
		if i > 0 {
			columns = t.seedColumns()
		}
		for _, c := range columns {
			path := fmt.Sprintf("%s/%s_%s.json", name, c.key, c.measure)
			if err := t.add(z, path, func(b *bufio.Writer) error { return t.writeColumn(b, name, seeds[i], c) }); err != nil {
				return err
			}
		}
	}
	return z.Close()
}

func (t *Table) add(z *zip.Writer, name string, content func(*bufio.Writer) error) error {
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	if err := content(b); err != nil {
		return err
	}
	return b.Flush()
}

// writeMeta writes {"ids": {id: {"nb201-string", "isomorph"}}, "epsilons": {key: [..]}}.
func (t *Table) writeMeta(b *bufio.Writer) error {
	fmt.Fprint(b, `{"ids":{`)
	for i := range nasbench201.Cells {
		c, err := nasbench201.FromIndex(i)
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprint(b, ",\n")
		}
		fmt.Fprintf(b, `"%d":{"nb201-string":%q,"isomorph":"%d"}`, i, c.Arch(), nasbench201.Members(c.Class())[0].Index())
	}
	fmt.Fprint(b, "},\n\"epsilons\":{")
	for i, a := range t.Protocol.Attacks {
		if i > 0 {
			fmt.Fprint(b, ",")
		}
		fmt.Fprintf(b, "%q:[", t.keys[i])
		for k, e := range a.Eps {
			if k > 0 {
				fmt.Fprint(b, ",")
			}
			fmt.Fprint(b, number(float64(e), 3))
		}
		fmt.Fprint(b, "]")
	}
	_, err := fmt.Fprint(b, "}}\n")
	return err
}

// writeColumn writes {dataset: {key: {measure: {id: value or list}}}}.
func (t *Table) writeColumn(b *bufio.Writer, name string, seeds []uint64, c column) error {
	fmt.Fprintf(b, `{%q:{%q:{%q:{`, name, c.key, c.measure)
	first := true
	for class := range nasbench201.Classes {
		values := t.mean(class, seeds, c.pick)
		if values == nil {
			continue
		}
		if !first {
			fmt.Fprint(b, ",")
		}
		first = false
		fmt.Fprintf(b, `"%d":`, nasbench201.Members(class)[0].Index())
		if c.under == nil {
			fmt.Fprint(b, number(values[0], c.decimals))
			continue
		}
		for i, v := range values {
			fmt.Fprint(b, map[bool]string{true: "[", false: ","}[i == 0], number(v, c.decimals))
		}
		fmt.Fprint(b, "]")
	}
	_, err := fmt.Fprint(b, "}}}}\n")
	return err
}

// number writes a number with so many decimals, without zeros at the end.
func number(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if decimals > 0 {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// failure is a measurement without values, in protocol.json.
type failure struct {
	Arch   string `json:"arch"`
	Seed   uint64 `json:"seed"`
	Reason string `json:"reason"`
}

// protocol is how the values of a table came about, as protocol.json has it.
type protocol struct {
	Table  table.Protocol `json:"table"`
	Format int            `json:"nassearch_census"`
	Header
	Sum      string    `json:"sum"` // of the header, in the log
	Measured int       `json:"measured"`
	Failed   []failure `json:"failed"`
	Seconds  float64   `json:"core_seconds"`
}

func (t *Table) writeProtocol(b *bufio.Writer) error {
	sum, err := form.Sum(t.Header)
	if err != nil {
		return err
	}
	failed := []failure{}
	for _, r := range t.Failed {
		c, err := nasbench201.FromIndex(r.Cell)
		if err != nil {
			return err
		}
		failed = append(failed, failure{string(c.Arch()), r.Seed, r.Failed})
	}
	e := json.NewEncoder(b)
	e.SetIndent("", "  ")
	return e.Encode(protocol{t.describe(), form.Format, t.Header, sum, t.Measured(), failed, float64(int(t.Seconds))})
}

// describe says what the table is, for those who open it.
func (t *Table) describe() table.Protocol {
	p := t.Protocol
	names, _ := t.datasets()
	return table.Protocol{
		Name:     t.Name,
		Datasets: names,
		Description: fmt.Sprintf("%s: %s, C=%d, N=%d, measured by nassearch %s",
			t.Name, live.Title(p.Dataset, t.Network.Image), p.Channels, p.Cells, t.Version),
		Split: "test set, no validation split",
		Training: fmt.Sprintf("%d epochs, batch %d, SGD with momentum %g, weight decay %g, "+
			"cosine learning rate from %g; mean over %d seeds", p.Training.Epochs, p.Training.Batch,
			p.Training.Momentum, p.Training.WeightDecay, p.Training.LearningRate, len(t.Seeds)),
		Attacks:    t.attacks(),
		DefaultEps: p.Eps,
		Notes: []string{"good for trying, testing and comparing strategies; " +
			"no predictor of CIFAR-10, or of other networks and images than these"},
		Network: table.Network(t.Network),
	}
}

func (t *Table) attacks() string {
	text := "L-infinity:"
	for i, a := range t.Protocol.Attacks {
		if i > 0 {
			text += ";"
		}
		text += " " + a.Name
		if a.PGD != nil {
			text += fmt.Sprintf(" of %d steps of %.3g eps", a.PGD.Steps, a.PGD.StepSize)
		}
		if a.Images > 0 {
			text += fmt.Sprintf(" on %d images", a.Images)
		}
	}
	return text
}
