package corrupt

import (
	"fmt"
	"io"
	"math"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// outcome is what a sheet shows, as --output json writes it.
type outcome struct {
	Dataset     string   `json:"dataset"`
	Part        string   `json:"part"`
	Images      int      `json:"images"`
	SampleSeed  uint64   `json:"sample_seed,omitzero"`
	Digest      string   `json:"images_digest"`
	Corruptions []change `json:"corruptions"`
	Out         string   `json:"out"`

	severities []int
}

// change is what a corruption makes of the images at a severity.
type change struct {
	Name     string  `json:"name"`
	Severity int     `json:"severity"`
	Change   float64 `json:"change"` // of a pixel, the mean absolute difference in 1/255
	Origin   string  `json:"origin,omitempty"`
}

func newOutcome(name string, o *options, set *dataset.Set, shown []under) outcome {
	out := outcome{
		Dataset: name, Part: o.part, Images: set.Len(), SampleSeed: o.sampleSeed, Digest: set.Digest(), Out: o.out,
		severities: o.severities,
	}
	for _, u := range shown {
		for i, x := range u.at {
			out.Corruptions = append(out.Corruptions, change{u.Name(), o.severities[i], difference(set, x), u.origin})
		}
	}
	return out
}

// difference is the mean absolute difference of pixels.
func difference(a, b *dataset.Set) float64 {
	sum := 0.
	for i, v := range a.Pixels {
		sum += math.Abs(float64(v) - float64(b.Pixels[i]))
	}
	return sum / float64(len(a.Pixels))
}

func (o outcome) text(w io.Writer) error {
	p := sheet.To(w)
	images := "the first " + numeral.Thousands(o.Images) + " images"
	if o.SampleSeed != 0 {
		images = fmt.Sprintf("%s images drawn by seed %d", numeral.Thousands(o.Images), o.SampleSeed)
	}
	p.Line("data", fmt.Sprintf("%s · %s · %s", o.Dataset, o.Part, images))
	p.Line("shows", "how much a pixel changes on average, in 1/255, by severity")
	p.Raw("\n")
	s := sheet.New("corruption")
	for _, severity := range o.severities {
		s.AddColumn(fmt.Sprint(severity))
	}
	for i := 0; i < len(o.Corruptions); i += len(o.severities) {
		row := []sheet.Cell{sheet.Text(o.Corruptions[i].Name)}
		for _, c := range o.Corruptions[i : i+len(o.severities)] {
			row = append(row, sheet.Number(c.Change, fmt.Sprintf("%.1f", c.Change)))
		}
		s.Add(row...)
	}
	p.Sheet(s)
	p.Raw("\n")
	said := map[string]bool{"": true}
	for _, c := range o.Corruptions {
		if !said[c.Origin] {
			said[c.Origin] = true
			p.Line(c.Name, c.Origin)
		}
	}
	p.Line("saved", o.Out)
	return p.Err()
}

// sheet has one row a corruption and severity.
func (o outcome) sheet() *sheet.Sheet {
	s := sheet.New("corruption", "severity", "change", "origin")
	for _, c := range o.Corruptions {
		s.Add(sheet.Text(c.Name), sheet.Int(c.Severity), sheet.Float(c.Change), sheet.Text(c.Origin))
	}
	return s
}
