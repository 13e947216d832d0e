package attack

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/smoothing"
	"github.com/nassearch/nassearch/trainer"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// certifying is what the flags ask for beside attacks.
type certifying struct {
	wanted       bool
	radii, curve string

	how live.Certification
	at  []float64 // radii, ascending
}

func (c *certifying) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&c.wanted, "certify", false,
		"also certify by randomised smoothing within which L2 radius no perturbation changes the vote under noise")
	protocol.RegisterCertification(f)
	f.StringVar(&c.radii, "certify-radii", "",
		"L2 radii to tell certified accuracy at, with commas, such as 0,0.25,0.5 (default: up to the largest that there is)")
	f.StringVar(&c.curve, "certify-curve", "", "draw certified accuracy over the radius into this .svg, .png or .pdf")
	files.Writes(f, "certify-curve", "svg", "png", "pdf")
}

// checkCertification reads its flags.
func (p *plan) checkCertification() (err error) {
	c := &p.certifying
	for _, flag := range []string{
		"sigma", "n0", "n", "alpha", "certify-samples", "certify-radii", "certify-curve",
	} {
		if !c.wanted && p.Given(flag) {
			return fmt.Errorf("--%s needs --certify", flag)
		}
	}
	if !c.wanted {
		return nil
	}
	c.how = protocol.Certification(p.flags, live.Protocol{Sample: p.samples}.Certified())
	if err := c.how.Validate(); err != nil {
		return fmt.Errorf("--certify: %w", err)
	}
	if c.at, err = radii(c.radii, c.how.LargestRadius()); err != nil || c.curve == "" {
		return err
	}
	return output.CheckFigure("certify-curve", c.curve)
}

// radii reads a list of L2 radii. Without one they are in even steps up to the largest; beyond that no image is
// certified.
func radii(list string, largest float64) (all []float64, err error) {
	if list == "" {
		return even(largest), nil
	}
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		v, err := usage.Number(text)
		switch {
		case zero(text):
			v = 0
		case err != nil:
			return nil, fmt.Errorf(`--certify-radii %q: %q: want L2 radii, such as "0,0.25,128/255"`, list, text)
		}
		if slices.Contains(all, v) {
			return nil, fmt.Errorf("--certify-radii %q: %s stands twice", list, text)
		}
		all = append(all, v)
	}
	slices.Sort(all)
	return all, nil
}

// zero says whether a text is the number zero.
func zero(text string) bool {
	v, err := strconv.ParseFloat(text, 64)
	return err == nil && v == 0
}

// mostRadii of a table that nobody has chosen.
const mostRadii = 15

// even returns 0 and the multiples of a round step up to the largest radius.
func even(largest float64) []float64 {
	ten := math.Pow(10, math.Floor(math.Log10(largest/mostRadii)))
	step := 10 * ten
	for _, of := range []float64{5, 2.5} {
		if largest/(of*ten) <= mostRadii {
			step = of * ten
		}
	}
	var all []float64
	for i := 0.; i*step <= largest; i++ {
		all = append(all, decimal(i*step))
	}
	return all
}

// decimal rounds away what products leave in the last digits: 3 x .05 is .15.
func decimal(v float64) float64 {
	text := strconv.FormatFloat(v, 'g', 12, 64)
	if r, err := strconv.ParseFloat(text, 64); err == nil {
		return r
	}
	return v
}

// chooseCertified counts the images that are certified of those that are attacked.
func (p *plan) chooseCertified(s *subject) error {
	c := &p.certifying
	if c.how.Images = cmp.Or(c.how.Images, s.sample.Images); c.how.Images > s.sample.Images && p.given("certify-samples") {
		return usage.Mark(fmt.Errorf("--certify-samples %d: %d images are attacked", c.how.Images, s.sample.Images))
	}
	c.how.Images = min(c.how.Images, s.sample.Images)
	return nil
}

// certify certifies the network's vote on the first of the images, if that is wanted.
func (p *plan) certify(ctx context.Context, s *subject, k *kernel.Kernel) (*certified, error) {
	c := p.certifying
	if !c.wanted {
		return nil, nil
	}
	start, n := time.Now(), c.how.Images
	e := p.effort(n * (c.how.Select + c.how.Votes))
	e.networks = min(e.networks, n)
	models, closeAll, err := networks(s.weights, e, k)
	if err != nil {
		return nil, err
	}
	defer closeAll()
	bar := progress.New(p.Stderr)
	defer bar.Close()
	bar.Start("certificate", 0, n)
	r, err := smoothing.Certification{
		Config: c.how.Config, Seed: p.seed, Batch: kernel.Lanes,
		Progress: func(now smoothing.Progress) { bar.Set(now.Done, "%d certified", now.Certified) },
	}.Run(ctx, models, trainer.Images(s.set, 0, n), s.set.Labels[:n])
	if err != nil {
		return nil, fmt.Errorf("certifying %s: %w", cmp.Or(s.file, string(s.weights.Cell.Arch())), err)
	}
	out := newCertified(r, c.at)
	out.sample = protocol.Drawn(s.set.Sample(n), p.sampleSeed)
	out.Seconds = time.Since(start).Seconds()
	if c.curve != "" {
		out.unsaved = output.Figure(p.Log, c.curve, out.figure())
	}
	return out, nil
}

// doubtCertification says what may be meant otherwise.
func (p *plan) doubtCertification(s *subject) string {
	if !p.certifying.wanted || s.trained == "" {
		return "" // of weights in a file nobody knows
	}
	return p.certifying.how.Doubt(p.said.Training.Noise)
}
