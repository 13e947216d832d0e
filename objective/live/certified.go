package live

import (
	"context"
	"fmt"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/smoothing"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Certification is how images are certified, and how many.
type Certification struct {
	smoothing.Config
	Images int `json:"images"` // the first ones of the set; 0: all
}

// Validate returns a [*ProtocolError] or a [*robustness.ConfigError] if a field has no meaning.
func (c Certification) Validate() error {
	if c.Images < 0 {
		return &ProtocolError{"certified images", c.Images, "at least 1, or 0 for all"}
	}
	return c.Config.Validate()
}

// Doubt says that networks are hardly certified which have never seen noise; empty if they were trained under some.
func (c Certification) Doubt(noise float64) string {
	if noise > 0 {
		return ""
	}
	const text = "networks that are trained without noise are hardly certified: --noise %g trains for --sigma %[1]g"
	return fmt.Sprintf(text, c.Sigma)
}

// certifiedImages are so many that certifying them with the usual number of votes takes a micro network about as many
// passes as its training.
const certifiedImages = 256

// Certified returns how images are certified: as the protocol says or, where it says nothing, as usual, on no more
// images than are attacked.
func (p Protocol) Certified() Certification {
	if p.Certification != (Certification{}) {
		return p.Certification
	}
	return Certification{smoothing.Default(), cut(p.Sample, certifiedImages)}
}

// certified is the accuracy that randomised smoothing certifies within L2 radii. All radii are one run.
type certified struct{}

// usualRadius is what certified accuracy is told at where no radius is asked for (Cohen et al., ICML 2019, table 2).
const usualRadius = .25

func (certified) Metrics(Protocol) []objective.Metric {
	at := objective.Setting{Norm: robustness.L2, Eps: usualRadius}
	return []objective.Metric{{Name: "certified_acc", Setting: at}}
}

func (certified) Needs() Needs { return NeedsTraining }

// For refuses a single class, which needs no certificate.
func (q certified) For(classes int) (Quantity, error) {
	if classes < 2 {
		return q, &robustness.ConfigError{Setting: "number of classes", Value: classes, Want: "at least 2 to certify"}
	}
	return q, nil
}

// Suits returns a [*ProtocolError] for a setting at which no image can be certified.
func (certified) Suits(p Protocol, m objective.Metric) error {
	if m.Setting.Norm != robustness.L2 {
		return &ProtocolError{"metric", m.Key(), "an L2 radius, such as certified_acc@l2:0.25"}
	}
	c := p.Certified()
	if most := c.LargestRadius(); float64(m.Setting.Eps) > most {
		const want = "a radius up to %.4g, which is the largest with sigma %g, n %d and alpha %g"
		return &ProtocolError{"metric", m.Key(), fmt.Sprintf(want, most, c.Sigma, c.Votes, c.Alpha)}
	}
	return nil
}

func (certified) Passes(p Protocol, images int, _ []objective.Metric) float64 {
	c := p.Certified()
	return float64(cut(c.Images, images)) * float64(c.Select+c.Votes)
}

func (certified) Measure(ctx context.Context, b *Bench, of []objective.Metric) ([]float64, error) {
	r, err := b.Certify(ctx, b.Certified())
	if err != nil {
		return nil, err
	}
	values := make([]float64, len(of))
	for i, m := range of {
		values[i] = r.Accuracy(float64(m.Setting.Eps))
	}
	return values, nil
}

// Setup says how images are certified.
func (certified) Setup(p Protocol) Setup {
	c := p.Certified()
	return Setup{Kind: "certify", Name: "certified", How: c.String(), Images: c.Images, Settings: c.Config}
}

func (certified) Doubt(p Protocol) string { return p.Certified().Doubt(p.Training.Noise) }

// Certify certifies the first images of the set. Which of the others would abstain is not asked.
func (b *Bench) Certify(ctx context.Context, c Certification) (*smoothing.Report, error) {
	if err := b.has(); err != nil {
		return nil, err
	}
	if err := b.open(); err != nil {
		return nil, err
	}
	n := cut(c.Images, b.Set.Len())
	r, err := smoothing.Certification{Config: c.Config, Seed: b.Seed, Batch: kernel.Lanes, Sparing: true}.
		Run(ctx, b.models, trainer.Images(b.Set, 0, n), b.Set.Labels[:n])
	if err != nil {
		return nil, fmt.Errorf("certifying: %w", trainer.Diverged(err))
	}
	b.count(robustness.Passes{Forward: r.Passes})
	return r, nil
}
