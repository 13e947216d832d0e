package attack

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
)

// outcome is the result, as --output json writes it.
type outcome struct {
	Arch      space.Arch `json:"arch"`
	Weights   string     `json:"weights,omitempty"` // file
	Training  string     `json:"training,omitempty"`
	Channels  int        `json:"channels"`
	Cells     int        `json:"cells"`
	Params    int        `json:"params"`
	Digest    string     `json:"weights_digest"` // of the weights, as a file of ours has it
	Mean      []float32  `json:"mean"`           // that the network subtracts from pixels in [0,1], a number a channel
	Std       []float32  `json:"std"`            // that it divides the difference by
	Image     int        `json:"image"`          // side in pixels
	Inputs    int        `json:"image_channels"`
	Classes   []string   `json:"classes"` // names, by label
	Dataset   string     `json:"dataset"`
	Content   string     `json:"images_digest"` // of the part, in the order in which images are taken
	Part      string     `json:"part"`
	Available int        `json:"available"` // images of the part
	Samples   int        `json:"samples"`   // of them, which were attacked
	PerClass  []int      `json:"per_class"` // of those, by label
	// SampleSeed is that by which they were drawn; absent if they are the first ones.
	SampleSeed uint64 `json:"sample_seed,omitzero"`

	Norm            string  `json:"norm"`
	Seed            uint64  `json:"seed"`
	Restarts        int     `json:"restarts"`
	Methods         []setup `json:"methods"`
	CleanAcc        float64 `json:"clean_acc"`
	CleanLoss       float64 `json:"clean_loss"`
	CleanConfidence float64 `json:"clean_confidence"`
	CleanForward    int     `json:"clean_forward"`
	CleanBackward   int     `json:"clean_backward"`

	Attacks []result `json:"attacks"`
	Worst   []worst  `json:"worst"`
	// Certified is what smoothing says of the network's vote; absent if it was not asked.
	Certified *certified `json:"certified,omitempty"`
	// Corruptions are there if they were asked for, their mean if all severities of all that CIFAR-10-C has were.
	Corruptions   []corrupted `json:"corruptions,omitempty"`
	CorruptionAcc *float64    `json:"corruption_acc,omitempty"`
	Warnings      []string    `json:"warnings"`
	Doubts        []string    `json:"doubts"` // what may be meant otherwise

	Kernel   string  `json:"kernel"`
	Networks int     `json:"workers"`
	Seconds  float64 `json:"seconds"` // wall time, loading and training included

	sample, saved string // what was taken and saved, in words
}

// setup is what a name in the results stands for.
type setup struct {
	Name     string `json:"name"`
	Settings string `json:"settings"`
	Runs     []run  `json:"attacks"`
}

// run is one of a method's attacks with its options.
type run struct {
	Attack  string          `json:"attack"`
	Options json.RawMessage `json:"options"` // null: they cannot be written
}

// result is an attack at an eps. Seconds are those of all networks together.
type result struct {
	Name       string  `json:"name"`
	Eps        string  `json:"eps"`
	Acc        float64 `json:"acc"`
	Loss       float64 `json:"loss"`
	Confidence float64 `json:"confidence"`
	Forward    int     `json:"forward"`
	Backward   int     `json:"backward"`
	Seconds    float64 `json:"seconds"`
	// Gradients are those that the method's attacks were given, by their names, where they were given any.
	Gradients map[string]robustness.Gradients `json:"gradients,omitempty"`
}

// worst is the share of images that withstood every attack at an eps.
type worst struct {
	Eps string  `json:"eps"`
	Acc float64 `json:"acc"`
}

func newOutcome(p *plan, s *subject, r *robustness.Report) (outcome, error) {
	w := s.weights
	digest, err := w.Fingerprint()
	o := outcome{
		Arch: w.Cell.Arch(), Weights: s.file, Training: s.trained, Channels: w.Channels, Cells: w.Depth, Params: w.Params(),
		Dataset: s.data, Part: p.part, Available: s.set.Len(), Samples: r.Images,
		PerClass: s.sample.PerClass, SampleSeed: p.sampleSeed, sample: protocol.Drawn(s.sample, p.sampleSeed),
		Digest: digest, Mean: append([]float32{}, w.Mean...), Std: append([]float32{}, w.Std...),
		Image: w.Image, Inputs: w.Inputs, Classes: s.set.Classes, Content: s.set.Digest(),
		Norm: p.norm, Seed: p.seed, Restarts: p.restarts,
		CleanAcc: r.CleanAccuracy, CleanLoss: r.CleanMeans.Loss, CleanConfidence: r.CleanMeans.Confidence,
		CleanForward: r.Passes.Forward, CleanBackward: r.Passes.Backward,
		Methods: []setup{}, Attacks: []result{}, Worst: []worst{},
		Warnings: []string{}, Doubts: append([]string{}, p.doubts(s)...),
	}
	for _, m := range p.methods {
		of := setup{Name: m.Name, Settings: m.String()}
		for _, a := range m.Attacks {
			options, err := json.Marshal(a)
			if err != nil { // an attack of one's own need not be JSON
				options = nil
			}
			of.Runs = append(of.Runs, run{a.Name(), options})
		}
		o.Methods = append(o.Methods, of)
	}
	for _, x := range r.Results {
		o.Attacks = append(o.Attacks, result{
			x.Method.Name, epsText(x.Threat), x.Accuracy, x.Means.Loss, x.Means.Confidence,
			x.Passes.Forward, x.Passes.Backward, x.Seconds, gradients(x),
		})
	}
	for _, x := range r.Worst {
		o.Worst = append(o.Worst, worst{epsText(x.Threat), x.Accuracy})
	}
	for _, x := range r.Warnings {
		o.Warnings = append(o.Warnings, x.String())
	}
	return o, err
}

// about says what the network takes, and which weights it has, in a line.
func (o outcome) about() string {
	parts := []string{weights.Shape{Side: o.Image, Channels: o.Inputs, Classes: len(o.Classes)}.String()}
	if len(o.Mean) > 0 {
		parts = append(parts, fmt.Sprintf("mean %s, std %s", digits(o.Mean), digits(o.Std)))
	}
	return strings.Join(append(parts, "weights "+o.Digest[:12]), " · ")
}

// digits writes numbers with commas between them, to four digits.
func digits(values []float32) string {
	var list []string
	for _, v := range values {
		list = append(list, strconv.FormatFloat(float64(v), 'g', 4, 32))
	}
	return strings.Join(list, ",")
}

// named lists the classes' names, not all if they are many.
func (o outcome) named() string {
	const most = 10
	names := strings.Join(o.Classes[:min(most, len(o.Classes))], ", ")
	if more := len(o.Classes) - most; more > 0 {
		names += fmt.Sprintf(" and %d more", more)
	}
	return names
}

// gradients are those of a result's attacks, by name.
func gradients(r *robustness.Result) map[string]robustness.Gradients {
	all := map[string]robustness.Gradients{}
	for k, g := range r.Gradients {
		if g.Images > 0 {
			all[r.Method.Attacks[k].Name()] = g
		}
	}
	return all
}

// sheet lists clean images, then for each eps the attacks and their worst case.
func (o outcome) sheet() *sheet.Sheet {
	s := sheet.New("attack", "eps", "acc", "loss", "confidence", "forward", "backward", "seconds")
	s.Add(sheet.Text("clean"), sheet.Cell{}, share(o.CleanAcc), share(o.CleanLoss), share(o.CleanConfidence),
		passes(o.CleanForward), passes(o.CleanBackward), sheet.Cell{})
	for _, worst := range o.Worst {
		for _, a := range o.Attacks {
			if a.Eps == worst.Eps {
				s.Add(sheet.Text(a.Name), sheet.Text(a.Eps), share(a.Acc), share(a.Loss), share(a.Confidence),
					passes(a.Forward), passes(a.Backward), sheet.Number(a.Seconds, fmt.Sprintf("%.1f", a.Seconds)))
			}
		}
		s.Add(sheet.Text("worst"), sheet.Text(worst.Eps), share(worst.Acc))
	}
	return s
}

// csv has the accuracies under corruptions and the certified ones below.
func (o outcome) csv(w io.Writer) error {
	s := o.rows()
	o.Certified.addTo(s)
	return s.CSV(w)
}

func share(v float64) sheet.Cell { return sheet.Number(v, fmt.Sprintf("%.4f", v)) }
func passes(n int) sheet.Cell    { return sheet.Cell{Text: numeral.Thousands(n), Exact: strconv.Itoa(n)} }

func (o outcome) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("network", string(o.Arch))
	empty := func(s string) bool { return s == "" }
	origin := strings.Join(slices.DeleteFunc([]string{o.Training, o.Weights}, empty), " · ")
	p.Line("", fmt.Sprintf("C=%d N=%d · %s parameters · %s", o.Channels, o.Cells, numeral.Thousands(o.Params), origin))
	p.Line("", o.about())
	p.Line("classes", o.named())
	p.Line("data", fmt.Sprintf("%s · %s · %s", o.Dataset, o.Part, o.sample))
	for i, m := range o.Methods {
		p.Line([]string{"attacks", ""}[min(i, 1)], fmt.Sprintf("%s: %s", m.Name, m.Settings))
	}
	restarts := ""
	if o.Restarts > 1 {
		restarts = fmt.Sprintf(" · %d runs of each", o.Restarts)
	}
	if len(o.Methods) > 0 {
		p.Line("", fmt.Sprintf("within eps in %s%s · seed %d", o.Norm, restarts, o.Seed))
	}
	said := map[string]bool{"": true}
	for _, c := range o.Corruptions {
		if !said[c.Origin] {
			said[c.Origin] = true
			p.Line("corrupt", c.Name+": "+c.Origin)
		}
	}
	p.Raw("\n")
	p.Sheet(o.sheet())
	p.Raw("\n")
	o.Certified.print(p)
	if len(o.Corruptions) > 0 {
		p.Sheet(newSpectrum(o.Corruptions).sheet())
		p.Raw("\n")
	}
	for _, text := range o.Warnings {
		p.Line("warning", text)
	}
	p.Line("cost", o.cost())
	if o.saved != "" {
		p.Line("saved", o.saved)
	}
	return p.Err()
}

// cost is what all took but certificates, which say so themselves.
func (o outcome) cost() string {
	forward, backward, seconds := o.CleanForward, o.CleanBackward, 0.
	for _, a := range o.Attacks {
		forward, backward, seconds = forward+a.Forward, backward+a.Backward, seconds+a.Seconds
	}
	for _, c := range o.Corruptions {
		forward += c.Forward
	}
	workers := "1 network"
	if o.Networks > 1 {
		workers = fmt.Sprintf("%d networks side by side", o.Networks)
	}
	if len(o.Attacks) > 0 {
		workers += fmt.Sprintf(", %.1f s of work", seconds)
	}
	return fmt.Sprintf("%s forward and %s backward passes of one image · %s · %.1f s in all · kernel %s",
		numeral.Thousands(forward), numeral.Thousands(backward), workers, o.Seconds, o.Kernel)
}
