package strategies

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/internal/forest"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/strategies/gp"
)

// Forest is Bayesian optimisation with a random forest (Hutter, Hoos, Leyton-Brown, SMAC, LION 2011): the mean and the
// deviation of its trees say how good an architecture may be. Where the space can be listed it rates every class that
// is unknown, elsewhere mutants of the best and random ones. Now and then a proposal is random, as in SMAC.
type Forest struct {
	batches
	encode  func(space.Arch) []float64
	share   float64 // of the features that a split looks at
	options forest.Options
	rate    func(mean, sd, best float64) float64
	random  float64 // probability of a random proposal

	classes []space.Arch // all, where the space can be listed; nil before they are needed
	points  [][]float64
}

// ForestEntry describes Forest to a registry.
func ForestEntry() search.Entry {
	return search.Entry{
		About:  "Bayesian optimisation with a random forest over the space's own features",
		Source: "Hutter, Hoos, Leyton-Brown, Sequential Model-Based Optimization (SMAC), LION 2011",
		Options: []search.Option{
			search.IntOption("initial", 10, 1, 100_000, "random proposals before the forest is asked"),
			search.IntOption("batch", 5, 1, 100_000, "proposals before the forest is grown anew; SMAC has 1"),
			search.FloatOption("random", 0.2, 0, 1, "probability of a random proposal between, as in SMAC"),
			search.ChoiceOption("acquisition", "expected improvement, or upper confidence bound", "ei", "ucb"),
			search.FloatOption("kappa", 1, 0, 100, "standard deviations above the mean, for acquisition=ucb"),
			search.IntOption("trees", 10, 1, 10_000, "of the forest, as SMAC has"),
			search.FloatOption("features", 0.83, 0.01, 1, "share of the features that a split looks at, as in SMAC"),
			search.IntOption("leaf", 3, 1, 10_000, "fewest samples of a leaf, as in SMAC"),
		},
		New: newForest,
	}
}

func newForest(p search.Problem, o search.Options) (search.Strategy, error) {
	encode, err := features(p.Space)
	if err != nil {
		return nil, err
	}
	f := &Forest{
		batches: newBatches(p, o), encode: encode,
		share: o.Float("features"), rate: forestEI, random: o.Float("random"),
		options: forest.Options{Trees: o.Int("trees"), Leaf: o.Int("leaf"), Workers: 1},
	}
	if o.Choice("acquisition") == "ucb" {
		kappa := o.Float("kappa")
		f.rate = func(mean, sd, _ float64) float64 { return gp.UCB(mean, sd, kappa) }
	}
	return f, nil
}

// forestEI is the logarithm of the expected improvement. Where all trees agree they are taken to be a little unsure.
func forestEI(mean, sd, best float64) float64 { return gp.LogEI(mean, max(sd, 1e-6), best) }

// Ask proposes what the forest promises most of, or anything.
func (f *Forest) Ask(ctx context.Context, r *rand.Rand, pending []search.Proposal) (search.Proposal, error) {
	if r.Float64() < f.random {
		return sampleFresh(r, f.problem, unseen(f.problem, f.known, pending)), nil
	}
	return f.next(ctx, r, pending, f.rank)
}

// rank orders what is unknown by the acquisition.
func (f *Forest) rank(ctx context.Context, r *rand.Rand, trials []observed) ([]space.Arch, error) {
	x, y := learnable(trials, f.encode)
	f.options.Features = max(1, int(math.Ceil(f.share*float64(len(x[0])))))
	f.options.Seed = r.Uint64()
	grown, err := forest.Fit(ctx, x, y, f.options)
	if err != nil {
		return nil, err
	}
	archs, points := f.candidates(r, trials)
	best, costs := slices.Max(y), make([]float64, len(archs))
	for i, x := range points {
		mean, variance := grown.Predict(x)
		costs[i] = -f.rate(mean, math.Sqrt(variance), best)
	}
	return inOrder(archs, costs), nil
}

// What a forest takes, as it was measured on NAS-Bench-201 with 10 and 100 trees: seconds, and bytes.
const (
	forestTrial = 1.9e-6 // for a tree to learn from a trial
	forestGuess = 24e-9  // for a tree to rate a class
	forestRate  = .5e-6  // to rate a class besides
	forestNodes = 32.    // for a leaf
)

// Needs is what its forests take to grow and to rate all classes: one a batch of which not all are random.
func (f *Forest) Needs(queries int) search.Needs {
	models, trials := f.models(queries)
	share := 1 - math.Pow(f.random, float64(f.size))
	trees, rated := float64(f.options.Trees), float64(forestParents*forestMutants+forestRandom)
	if e, ok := f.problem.Space.(space.Enumerator); ok {
		rated = float64(e.Classes())
	}
	seconds := share * (trees*(forestTrial*trials+forestGuess*models*rated) + forestRate*models*rated)
	leaves := float64(distinct(f.problem, queries)) / float64(f.options.Leaf)
	row := 8 * float64(len(f.encode(anyArch(f.problem))))
	return search.NewNeeds(collected*(rated*row+trees*leaves*forestNodes), seconds)
}

// What is rated where the space cannot be listed.
const (
	forestParents = 10
	forestMutants = 50 // of each
	forestRandom  = 500
)

// candidates returns classes that the forest has not learnt from, in random order: of equal ones any may be the first.
func (f *Forest) candidates(r *rand.Rand, trials []observed) (archs []space.Arch, points [][]float64) {
	if e, ok := f.problem.Space.(space.Enumerator); ok {
		if f.classes == nil {
			for i := range e.Classes() {
				f.classes, f.points = append(f.classes, e.Class(i)), append(f.points, f.encode(e.Class(i)))
			}
		}
		for _, i := range r.Perm(len(f.classes)) {
			if !f.before[f.classes[i]] {
				archs, points = append(archs, f.classes[i]), append(points, f.points[i])
			}
		}
		return archs, points
	}
	const all = forestParents * forestMutants
	archs = f.mutants(r, fittest(trials, forestParents), forestMutants, all, f.problem.Space.Mutate)
	for range forestRandom {
		archs = append(archs, f.problem.Space.Sample(r))
	}
	for _, a := range archs {
		points = append(points, f.encode(a))
	}
	return archs, points
}
