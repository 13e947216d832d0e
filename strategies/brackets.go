package strategies

import (
	"math/rand/v2"
	"slices"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// stage is a rung of a bracket: so many architectures are trained to a fidelity.
type stage struct {
	fidelity float64
	size     int
}

// bracket is one run of successive halving. Its first stage takes any architectures; when all of them are told, the
// best go on to the next stage, and so on.
type bracket struct {
	stages []stage        // that of now, and those that follow
	first  bool           // stage: any class will do
	wanted []space.Arch   // in other stages: what has yet to be asked for
	left   int            // how many have yet to be asked for
	told   []search.Trial // of the stage
}

// brackets run one after another. As long as results of one are awaited the next ones begin, so that nobody who could
// train is idle. Which bracket a trial belongs to is not written down anywhere: a result goes to the oldest bracket
// that has a place for it. All are the same to a bracket's first stage, and later ones ask for classes by name.
type brackets struct {
	problem search.Problem
	plan    [][]stage // brackets that take turns
	begun   int
	open    []bracket // oldest first
	known   asked
}

func newBrackets(p search.Problem, plan [][]stage) brackets {
	return brackets{problem: p, plan: plan, known: asked{}}
}

// drawing returns an architecture, of a fresh class if it finds one.
type drawing func(r *rand.Rand, fresh func(space.Arch) bool) search.Proposal

// next proposes what the oldest bracket with a free place wants, or a draw for it. Where nothing new is left to draw,
// it proposes full trainings of what has had none.
func (b *brackets) next(r *rand.Rand, pending []search.Proposal, draw drawing) search.Proposal {
	now := *b
	now.open = slices.Clone(b.open)
	for _, p := range pending {
		now.claim(b.problem.Class(p.Arch), p.Fidelity)
	}
	free := func(of bracket) bool { return of.left > 0 }
	for !slices.ContainsFunc(now.open, free) {
		now.begin()
	}
	of := now.open[slices.IndexFunc(now.open, free)]
	fidelity := of.stages[0].fidelity
	if !of.first {
		return search.Proposal{Arch: of.wanted[0], Fidelity: fidelity}
	}
	fresh := b.known.among(b.problem, pending, fidelity)
	p := draw(r, fresh)
	if p.Fidelity = fidelity; !fresh(b.problem.Class(p.Arch)) {
		p = sampleFresh(r, b.problem, b.known.among(b.problem, pending, 1))
		p.Fidelity = 1
	}
	return p
}

// begin opens the bracket whose turn it is.
func (b *brackets) begin() {
	stages := b.plan[b.begun%len(b.plan)]
	b.open = append(b.open, bracket{stages: stages, first: true, left: stages[0].size})
	b.begun++
}

// claim takes a place for a class, and returns the number of its bracket among the open ones. It is false where no
// bracket has a place for such.
func (b *brackets) claim(class space.Arch, fidelity float64) (at int, ok bool) {
	for i := range b.open {
		if b.open[i].claim(b.problem, class, fidelity) {
			return i, true
		}
	}
	begins := func(stages []stage) bool { return stages[0].fidelity == fidelity }
	if !slices.ContainsFunc(b.plan, begins) {
		return 0, false
	}
	for {
		b.begin()
		if last := len(b.open) - 1; b.open[last].claim(b.problem, class, fidelity) {
			return last, true
		}
	}
}

// claim takes a place for a class, if there is one.
func (b *bracket) claim(p search.Problem, class space.Arch, fidelity float64) bool {
	if b.left == 0 || b.stages[0].fidelity != fidelity {
		return false
	}
	if !b.first {
		at := slices.IndexFunc(b.wanted, func(a space.Arch) bool { return p.Class(a) == class })
		if at < 0 {
			return false
		}
		b.wanted = slices.Delete(slices.Clone(b.wanted), at, at+1) // which a copy of the bracket has, too
	}
	b.left--
	return true
}

// Tell gives a trial its place, and ends a stage with the last one.
func (b *brackets) Tell(t search.Trial) {
	class := b.problem.Class(t.Arch)
	b.known[request{class, t.Fidelity}] = true
	at, ok := b.claim(class, t.Fidelity)
	if !ok {
		return
	}
	of := &b.open[at]
	of.told = append(of.told, t)
	if of.left == 0 && !of.promote(b.problem) {
		b.open = slices.Delete(b.open, at, at+1)
	}
}

// promote has the best of a stage go on to the next, each class once. It is false where the bracket has come to its
// end: after its last stage, and where all have failed.
func (b *bracket) promote(p search.Problem) bool {
	best := bestFirst(p, b.told)
	b.stages, b.first, b.told, b.wanted = b.stages[1:], false, nil, nil
	if len(b.stages) == 0 {
		return false
	}
	known := map[space.Arch]bool{}
	for _, t := range best {
		if class := p.Class(t.Arch); !known[class] && len(b.wanted) < b.stages[0].size {
			known[class] = true
			b.wanted = append(b.wanted, t.Arch)
		}
	}
	b.left = len(b.wanted)
	return b.left > 0
}
