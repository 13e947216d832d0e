package strategies

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/mlp"
	"gonum.org/v1/gonum/stat"
)

// ensemble is several networks that have learnt the same from other beginnings.
type ensemble struct {
	encode   func(space.Arch) []float64
	networks []*mlp.Network
}

// spread is how many median absolute deviations below the median a value counts at most: what is very bad would leave
// no difference between the others.
const spread = 3

// newEnsemble fits networks to the costs of trials, standardised.
func newEnsemble(
	r *rand.Rand, members int, c mlp.Config, encode func(space.Arch) []float64, trials []observed,
) ensemble {
	x, y := learnable(trials, encode)
	e := ensemble{encode: encode}
	for range members {
		e.networks = append(e.networks, mlp.Fit(r, x, y, c))
	}
	return e
}

// learnable returns what a model learns from: vectors, and values of which larger are better, standardised.
func learnable(trials []observed, encode func(space.Arch) []float64) (x [][]float64, y []float64) {
	for _, o := range trials {
		x, y = append(x, encode(o.arch)), append(y, -o.cost)
	}
	return x, standardised(y, spread)
}

// predict returns the mean of what the networks say of an architecture, and their deviation from it.
func (e ensemble) predict(a space.Arch) (mean, sd float64) {
	x, each := e.encode(a), make([]float64, len(e.networks))
	for i, n := range e.networks {
		each[i] = n.Predict(x)
	}
	return stat.PopMeanStdDev(each, nil)
}

// guided is what strategies have in common whose networks, on paths, rate mutants of the best.
type guided struct {
	batches
	encode  func(space.Arch) []float64
	mutate  mutation
	members int // of the ensemble
	network mlp.Config
}

func newGuided(p search.Problem, o search.Options) (guided, error) {
	encode, err := pathEncoding(p.Space, o.Int("columns"))
	return guided{
		batches: newBatches(p, o), encode: encode, mutate: newMutation(p.Space, o.Float("mutation")),
		members: o.Int("networks"), network: networkConfig(o),
	}, err
}

// fit fits the networks to trials.
func (g *guided) fit(r *rand.Rand, trials []observed) ensemble {
	return newEnsemble(r, g.members, g.network, g.encode, trials)
}

// What networks take, as it was measured on NAS-Bench-201 with 3 to 10 layers of 20 to 200 ReLUs: seconds.
const (
	networkTrial = 1e-6   // for a trial in an epoch of a network
	networkLayer = .16e-6 // and for each layer beyond the first
	networkInner = .55e-9 // and for each weight between layers
	networkOuter = .1e-9  // and for each weight of an input, as most inputs are 0
	networkGuess = .15    // to rate is such a share of that
	networkDraw  = .4e-6  // for a mutant
)

// collected is how much memory the process has for what is in use, until the rest is collected.
const collected = 1.6

// needs are those of networks that rate some of so many mutants, anew for every batch.
func (g *guided) needs(queries, mutants int) search.Needs {
	c, inputs := g.network, len(g.encode(anyArch(g.problem)))
	models, trials := g.models(queries)
	weights := float64(c.Parameters(inputs))
	outer := min(weights, float64(inputs)*float64(c.Width))
	trial := networkTrial + networkLayer*float64(max(c.Layers-1, 0)) + networkOuter*outer + networkInner*(weights-outer)
	trials = float64(c.Epochs)*trials + networkGuess*models*float64(distinct(g.problem, mutants))
	seconds := float64(g.members)*trial*trials + networkDraw*models*float64(mutants)
	// A network has its weights twice, and their gradient; Adam has two averages of it.
	return search.NewNeeds(collected*8*weights*float64(3*g.members+2), seconds)
}

// guidedOptions are those of such a strategy, of which it calls the networks so, with its own among them.
func guidedOptions(called string, columns int, networks, own []search.Option) []search.Option {
	return slices.Concat([]search.Option{
		search.IntOption("initial", 10, 1, 100_000, "random proposals before the "+called+" is asked"),
		search.IntOption("batch", 10, 1, 100_000, "proposals before the "+called+" learns anew"),
	}, own, []search.Option{
		search.FloatOption("mutation", 0.25, 0, 1, "probability with which each part of a parent mutates, where a space "+
			"has parts; 0 mutates exactly one"),
		search.IntOption("columns", columns, 1, 1_000_000, "of the path encoding, the shortest paths first"),
	}, networks)
}

// networkOptions are those of an ensemble.
func networkOptions(members, layers, width, epochs int) []search.Option {
	return []search.Option{
		search.IntOption("networks", members, 1, 1000, "members of the ensemble"),
		search.IntOption("layers", layers, 0, 100, "hidden layers of a network"),
		search.IntOption("width", width, 1, 10_000, "ReLUs of a layer"),
		search.IntOption("epochs", epochs, 1, 100_000, "passes over all trials that a network learns in"),
		search.FloatOption("rate", 0.01, 0, 10, "learning rate of Adam"),
	}
}

// networkConfig reads them.
func networkConfig(o search.Options) mlp.Config {
	return mlp.Config{
		Layers: o.Int("layers"), Width: o.Int("width"), Epochs: o.Int("epochs"), Rate: o.Float("rate"), Batch: 32,
	}
}

// pathEncoding returns a space's encoding by paths, of which the first columns, or where it has none its vectors.
func pathEncoding(s space.Space, columns int) (func(space.Arch) []float64, error) {
	switch whole := space.Whole(s).(type) {
	case space.PathEncoder:
		return func(a space.Arch) []float64 {
			x := whole.EncodePaths(a)
			return x[:min(columns, len(x))]
		}, nil
	case space.Encoder:
		return whole.Encode, nil
	case space.Viewer:
		return whole.View, nil
	}
	return nil, &search.SpaceError{
		Space: s.Name(), Lacks: "shows nothing to learn from: neither paths, nor an encoding, nor views",
	}
}

// features returns what a space shows of its architectures to be learnt from: its views, its encoding, or its paths.
func features(s space.Space) (func(space.Arch) []float64, error) {
	switch whole := space.Whole(s).(type) {
	case space.Viewer:
		return whole.View, nil
	case space.Encoder:
		return whole.Encode, nil
	}
	return pathEncoding(s, math.MaxInt)
}
