package census

import (
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table/layout"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
)

// Write writes the table as one zip file in the layout of the released dataset, with protocol.json. Ids are native
// indices. The same measurements give the same bytes: what they cost is not among them.
func (t *Table) Write(w io.Writer) error {
	out := layout.NewWriter(w)
	sources := slices.Clone(t.under)
	for _, c := range t.Protocol.Corruptions {
		sources = append(sources, corruptionSource(c))
	}
	if err := out.Meta(members, sources); err != nil {
		return err
	}
	for _, d := range t.datasets() {
		for _, c := range d.columns {
			write := out.Values
			if c.measure == layout.Score {
				write = out.Scores
			}
			if err := write(d.name, c.Source, c.measure, c.decimals, t.values(d.seeds, c)); err != nil {
				return err
			}
		}
	}
	p, err := t.protocol(out.Digests())
	if err != nil {
		return err
	}
	if err := out.Protocol(p); err != nil {
		return err
	}
	return out.Close()
}

// members lists all cells.
func members(yield func(layout.Member) bool) {
	for index := range nasbench201.Cells {
		c, err := nasbench201.FromIndex(index)
		if err != nil {
			panic(err) // all of them have an index
		}
		m := layout.Member{ID: index, Arch: c.Arch(), Isomorph: nasbench201.Members(c.Class())[0].Index()}
		if !yield(m) {
			return
		}
	}
}

// values lists a column of the mean over seeds by id, those of classes that have it.
func (t *Table) values(seeds []uint64, c column) iter.Seq2[int, []float64] {
	return func(yield func(int, []float64) bool) {
		for class := range nasbench201.Classes {
			values := t.mean(class, seeds, c.pick)
			if values != nil && !yield(nasbench201.Members(class)[0].Index(), values) {
				return
			}
		}
	}
}

// failure is a measurement without values, in protocol.json.
type failure struct {
	Arch   string `json:"arch"`
	Seed   uint64 `json:"seed"`
	Reason string `json:"reason"`
}

// format is that of protocol.json.
const format = 1

// protocol is how the values of a table came about, as protocol.json has it.
type protocol struct {
	Table  layout.Protocol `json:"table"`
	Format int             `json:"nassearch_census"`
	Header
	Sum      string    `json:"sum"` // identifies the header
	Measured int       `json:"measured"`
	Failed   []failure `json:"failed"`
}

func (t *Table) protocol(digests map[string]string) (protocol, error) {
	sum, err := form.Sum(t.Header)
	if err != nil {
		return protocol{}, err
	}
	failed := []failure{}
	for _, r := range t.Failed {
		c, err := nasbench201.FromIndex(r.Cell)
		if err != nil {
			return protocol{}, err
		}
		failed = append(failed, failure{string(c.Arch()), r.Seed, r.Failed})
	}
	about := t.describe()
	about.Files = digests
	return protocol{about, format, t.Header, sum, t.Measured(), failed}, nil
}

// describe says what the table is, for those who open it.
func (t *Table) describe() layout.Protocol {
	p := t.Protocol
	return layout.Protocol{
		Name:     t.Name,
		Datasets: t.names(),
		Description: fmt.Sprintf("%s: %s, C=%d, N=%d, measured by nassearch %s",
			t.Name, live.Title(p.Dataset, t.Network.Image), p.Channels, p.Cells, t.Version),
		Split: "test set, no validation split",
		Training: fmt.Sprintf("%d epochs, batch %d, SGD with momentum %g, weight decay %g, "+
			"cosine learning rate from %g%s; mean over %s", p.Training.Epochs, p.Training.Batch,
			p.Training.Momentum, p.Training.WeightDecay, p.Training.LearningRate, seen(p.Training),
			numeral.Count(len(t.Seeds), "seed")),
		Attacks:     t.attacks(),
		Corruptions: t.corruptions(),
		DefaultEps:  p.Eps,
		Notes: []string{"good for trying, testing and comparing strategies; " +
			"no predictor of CIFAR-10, or of other networks and images than these"},
		Network: nasbench201.Network(t.Network),
		Compact: t.Compact,
		Seeds:   len(t.Seeds),
		Epochs:  p.Training.Epochs,

		Measures: t.measures(), Fidelities: t.fidelities(),
	}
}

// measures lists the metrics of the table's measures.
func (t *Table) measures() (all []objective.Metric) {
	for _, h := range t.held {
		all = append(all, h.Metric)
	}
	return all
}

// fidelities lists the table's shorter trainings.
func (t *Table) fidelities() (all []layout.Fidelity) {
	for _, f := range t.shorter {
		all = append(all, f.Fidelity)
	}
	return all
}

// corruptions says under which the networks were measured; empty for none.
func (t *Table) corruptions() string {
	var names, origins []string
	for _, c := range t.Protocol.Corruptions {
		names = append(names, c.Name)
		if c.Origin != "" {
			origins = append(origins, "; "+c.Name+": "+c.Origin)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("severities 1 to %d of %s on %d images%s", corruption.Severities, strings.Join(names, ", "),
		t.images(t.Protocol.Corruptions[0].Images), strings.Join(origins, ""))
}

// seen says what training made of its images, if it was more than to vary them.
func seen(c trainer.Config) (text string) {
	if a := c.Adversarial; a.Enabled() {
		threat := robustness.Threat{Norm: robustness.Linf, Eps: a.Eps}
		text += fmt.Sprintf(", on images under attack (%v, %d steps of %.3g eps)", threat, a.Steps, a.StepSize)
	}
	if c.Noise > 0 {
		text += fmt.Sprintf(", under Gaussian noise of %g", c.Noise)
	}
	return text
}

func (t *Table) attacks() string {
	if len(t.Protocol.Attacks) == 0 {
		return "none"
	}
	var all []string
	for _, a := range t.Protocol.Attacks {
		text := " " + a.Name
		if a.Settings != "" {
			text += " (" + a.Settings + ")"
		}
		if a.Without != "" {
			text += " " + a.Without
		}
		if a.PGD != nil {
			text += fmt.Sprintf(" of %d steps of %.3g eps", a.PGD.Steps, a.PGD.StepSize)
		}
		if a.Square != nil {
			text += " of " + a.Square.String()
		}
		if a.Images > 0 {
			text += fmt.Sprintf(" on %d images", min(a.Images, t.Images.Tests))
		}
		all = append(all, text)
	}
	return "L-infinity:" + strings.Join(all, ";")
}
