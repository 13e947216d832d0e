package measure

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Case is a network and the images that it is measured on. What several measures need is computed once. It is for one
// goroutine at a time, and its fields stay as they are once something was measured.
type Case struct {
	// Open returns a network of the case's cell on weights of its own, which it may change. Measures have one at a time.
	Open func(Variant) (Network, error)

	Channels, Side int       // of images
	Pixels         []float64 // (images, channels, side, side) in [0,1]
	Labels         []int     // nil: not known
	Mean, Std      []float64 // by channel, that the network's input is normalised by; nil: it is not
	Seed           uint64    // of what is drawn
	// Batch is how many images measures take that are of a batch in training mode, the first ones; 0: all. They take less
	// where [Measure.Images] is less, and linear_regions, whose networks are tiny, is not bound by it.
	Batch int

	kept kept
}

// kept is what a case has computed. It is small but for the network, of which there is but one.
type kept struct {
	network Network
	role    role
	held    int       // images of the network's last pass, if that is the training pass of its own weights; 0: it is not
	logits  []float64 // of that pass

	loss         *loss
	sums         []float64 // gradients of the summed logits by the batch's input
	correlations *mat.SymDense
	agreement    *agreement
	slopes       *slopes
	jacobians    *jacobians
}

// role is what a network is opened for. Passes in training mode move what passes in evaluation mode normalise by.
type role struct {
	Variant
	Mode
}

// Variant says which network of a cell is wanted. The zero value is that on the case's own weights.
type Variant struct {
	Norms Norms
	// Channels is the width of the first stage, with one cell a stage and images of the given side, on initial weights;
	// 0: the case's own network.
	Channels, Side int
}

// Norms says which batch norms a network has.
type Norms int

// The batch norms.
const (
	AllNorms       Norms = iota
	ReductionNorms       // those of the reduction blocks alone
	NoNorms
)

// CaseError says why a case cannot be measured.
type CaseError struct {
	What string
	Have any
	Want string
}

func (e *CaseError) Error() string { return fmt.Sprintf("%s: %v, want %s", e.What, e.Have, e.Want) }

// size is the number of values of an image.
func (c *Case) size() int { return c.Channels * c.Side * c.Side }

// images is the number of images.
func (c *Case) images() int {
	if c.size() == 0 {
		return 0
	}
	return len(c.Pixels) / c.size()
}

// batch is how many images a measure takes that takes at most so many of a batch, 0: all of it.
func (c *Case) batch(most int) int {
	n := c.images()
	for _, limit := range []int{c.Batch, most} {
		if limit > 0 {
			n = min(n, limit)
		}
	}
	return n
}

// check finds what measures with such needs cannot be computed on.
func (c *Case) check(n Needs) error {
	if c.Channels < 1 || c.Side < 1 {
		return &CaseError{"images", fmt.Sprintf("%d x %d x %d", c.Channels, c.Side, c.Side), "positive sizes"}
	}
	if !n.Images {
		return nil
	}
	switch images := c.images(); {
	case images < 1:
		return &CaseError{"images", images, "at least one"}
	case len(c.Pixels) != images*c.size():
		return &CaseError{"pixels", len(c.Pixels), fmt.Sprintf("a multiple of %d, the size of an image", c.size())}
	case len(c.Labels) != images && (n.Labels || c.Labels != nil):
		return &CaseError{"labels", len(c.Labels), fmt.Sprintf("%d, one for each image", images)}
	case c.Batch < 0:
		return &CaseError{"batch", c.Batch, "at least 1, or 0 for all images"}
	}
	return c.checkNormalisation()
}

// checkNormalisation finds what pixels cannot be normalised by.
func (c *Case) checkNormalisation() error {
	for _, by := range [][]float64{c.Mean, c.Std} {
		if by != nil && len(by) != c.Channels {
			return &CaseError{"mean and deviation", len(by), fmt.Sprintf("%d, one for each channel", c.Channels)}
		}
	}
	for channel, std := range c.Std {
		if !(std > 0) {
			return &CaseError{fmt.Sprintf("deviation of channel %d", channel), std, "above 0"}
		}
	}
	return nil
}

// checkLabels finds labels that a network does not know.
func (c *Case) checkLabels(n Network) error {
	for i, label := range c.Labels {
		if label < 0 || label >= n.Classes() {
			return &CaseError{fmt.Sprintf("label of image %d", i), label, fmt.Sprintf("0 to %d", n.Classes()-1)}
		}
	}
	return nil
}

// Input returns what networks take of images first to end: pixels as they are normalised.
func (c *Case) Input(first, end int) []float64 {
	x := make([]float64, 0, (end-first)*c.size())
	plane := c.Side * c.Side
	for i := first * c.Channels; i < end*c.Channels; i++ {
		mean, std := 0., c.deviation(i%c.Channels)
		if c.Mean != nil {
			mean = c.Mean[i%c.Channels]
		}
		for _, v := range c.Pixels[i*plane : (i+1)*plane] {
			x = append(x, (v-mean)/std)
		}
	}
	return x
}

// deviation is what pixels of a channel are divided by.
func (c *Case) deviation(channel int) float64 {
	if c.Std == nil {
		return 1
	}
	return c.Std[channel]
}

// byPixels turns gradients by the network's input into those by pixels, in place.
func (c *Case) byPixels(gradients []float64) {
	if c.Std == nil {
		return
	}
	plane := c.Side * c.Side
	for i := range gradients {
		gradients[i] /= c.Std[i/plane%c.Channels]
	}
}

// open returns the network of a role, on its own weights as long as nobody changed them: the one that is open, or a
// new one in its stead, because networks that keep all activations are large.
func (c *Case) open(v Variant, m Mode) (Network, error) {
	as := role{v, m}
	if c.kept.network != nil && c.kept.role == as {
		return c.kept.network, nil
	}
	c.Close()
	n, err := c.Open(v)
	if err != nil {
		return nil, err
	}
	c.kept.network, c.kept.role = n, as
	return n, nil
}

// Close forgets the open network, whose weights were changed or whose memory another case needs. What was computed is
// kept, and the next measure opens a network again.
func (c *Case) Close() { c.kept.network, c.kept.role, c.kept.held = nil, role{}, 0 }
