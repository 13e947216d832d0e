package measure

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search/report"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// outcome is what was measured of one network, for programs.
type outcome struct {
	Arch       space.Arch `json:"arch"`
	Index      int        `json:"index"`
	Channels   int        `json:"channels"`
	Cells      int        `json:"cells"`
	Image      int        `json:"image"`
	Inputs     int        `json:"inputs"`
	Classes    int        `json:"classes"`
	Params     int        `json:"params"`
	Weights    string     `json:"weights"` // the file, or "initial"
	Digest     string     `json:"digest,omitempty"`
	Seed       uint64     `json:"seed"` // of weights that were drawn, and of what measures draw
	Dataset    string     `json:"dataset"`
	Part       string     `json:"part"`
	Images     int        `json:"images"` // that measures of a batch take, the first ones
	Of         int        `json:"of"`
	SampleSeed uint64     `json:"sample_seed,omitzero"` // that drew the images; 0: they are in the data set's order
	Content    string     `json:"content"`              // digest of all images of the part
	Kernel     string     `json:"kernel"`
	Seconds    float64    `json:"seconds"`
	Measures   []result   `json:"measures"`

	sample    dataset.Sample
	untrained []string // measures that say little of weights that were not trained
}

// result is one measure.
type result struct {
	Name    string              `json:"name"`
	Goal    objective.Direction `json:"goal"`
	Value   *float64            `json:"value"`         // null: it has none
	Why     string              `json:"why,omitempty"` // it has none
	Each    []float64           `json:"each,omitempty"`
	Images  int                 `json:"images"`
	Trained bool                `json:"trained"` // it says little of weights that were not trained
	Meaning string              `json:"meaning"`
	Source  string              `json:"source"`
	Seconds float64             `json:"seconds"` // with what those behind it share
}

// outcomeOf says what is measured.
func outcomeOf(o *options, s *subject, b *live.Bench) outcome {
	w := s.weights
	out := outcome{
		Arch: w.Cell.Arch(), Index: w.Cell.Index(), Channels: w.Channels, Cells: w.Depth, Image: w.Image, Inputs: w.Inputs,
		Classes: w.Classes, Params: w.Params(), Weights: s.file, Digest: w.Digest, Seed: o.seed, Dataset: s.data,
		Part: o.part, Images: b.Batch(s.set), Of: s.set.Len(), SampleSeed: b.SampleSeed, Content: s.set.Digest(),
		Kernel: b.Kernel.Double().Name, Measures: []result{}, sample: s.set.Sample(b.Batch(s.set)),
	}
	if s.file == "" {
		out.Weights = "initial"
	}
	return out
}

// text writes it for people.
func (o outcome) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("network", string(o.Arch))
	kind := weights.Shape{Side: o.Image, Channels: o.Inputs, Classes: o.Classes}
	p.Line("", fmt.Sprintf("C=%d N=%d · %v · %s", o.Channels, o.Cells, kind, numeral.Thousands(o.Params)+" parameters"))
	p.Line("weights", o.origin())
	p.Line("images", fmt.Sprintf("%s, %s part · %s", o.Dataset, o.Part, protocol.Drawn(o.sample, o.SampleSeed)))
	p.Line("took", fmt.Sprintf("%.1f s · kernel %s in float64", o.Seconds, o.Kernel))
	p.Raw("\n")
	p.Sheet(o.few())
	for _, r := range o.Measures {
		if r.Value == nil {
			p.Line("empty", r.Why)
		}
	}
	if o.Weights == "initial" && len(o.untrained) > 0 {
		p.Line("note", strings.Join(o.untrained, ", ")+": they say little of weights that were not trained")
	}
	return p.Err()
}

// origin says where the weights are from.
func (o outcome) origin() string {
	switch {
	case o.Weights == "initial":
		return fmt.Sprintf("not trained, drawn by seed %d", o.Seed)
	case o.Digest == "":
		return o.Weights
	}
	return fmt.Sprintf("%s, digest %.12s", o.Weights, o.Digest)
}

// few are the columns for people.
func (o outcome) few() *sheet.Sheet {
	s := sheet.New("measure", "goal", "value", "images", "meaning")
	for _, r := range o.Measures {
		images := sheet.Cell{}
		if r.Images > 0 {
			images = sheet.Int(r.Images)
		}
		s.Add(sheet.Text(r.Name), sheet.Text(r.Goal.String()), r.cell(), images, sheet.Text(r.Meaning))
	}
	return s
}

func (r result) cell() sheet.Cell {
	v := math.NaN()
	if r.Value != nil {
		v = *r.Value
	}
	return report.Cells(objective.Metric{Name: r.Name, Goal: r.Goal}, []float64{v})[0]
}

// sheet has one row a measure, for programs.
func (o outcome) sheet() *sheet.Sheet {
	s := sheet.New("arch", "index", "weights", "seed", "measure", "goal", "value", "images", "why")
	for _, r := range o.Measures {
		s.Add(sheet.Text(string(o.Arch)), sheet.Int(o.Index), sheet.Text(o.Weights), sheet.Text(fmt.Sprint(o.Seed)),
			sheet.Text(r.Name), sheet.Text(r.Goal.String()), r.cell(), sheet.Int(r.Images), sheet.Text(r.Why))
	}
	return s
}
