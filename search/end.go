package search

// A strategy that makes a million proposals of known classes for a hundred of new ones does little else than repeat
// itself. No random search comes near: of NAS-Bench-201's classes the last hundred take it some 80,000 proposals.
const (
	recentQueries = 100
	mostRepeats   = 1_000_000 // free duplicates among them
)

// RepetitiveRule says in words when a study ends as [Repetitive].
const RepetitiveRule = "a million among the last 100 queries"

// over says why no further query can be made. What the store holds is taken whole, whatever the budget, and however
// much an earlier version let a strategy repeat itself.
func (r *run) over() Reason {
	spent := r.queries >= r.config.Budget || r.config.TimeBudget > 0 && r.now >= r.config.TimeBudget
	stalled := r.duplicates >= r.config.MaxDuplicates
	switch {
	case spent && r.issued > r.last:
		return BudgetSpent
	case r.config.CountDuplicates && (r.config.TimeBudget == 0 || !stalled || r.issued <= r.last):
		return "" // what was made without a limit of time is taken whole, too
	case r.config.CountDuplicates:
		return Stalled
	case r.classes > 0 && r.whole >= r.classes:
		return SpaceExhausted
	case stalled:
		return Stalled
	case r.repetitive() && r.issued > r.last:
		return Repetitive
	}
	return ""
}

// repetitive says whether the last queries came with too many duplicates.
func (r *run) repetitive() bool {
	before := 0
	if len(r.recent) == recentQueries {
		before = r.recent[0]
	}
	return r.repeats-before >= r.mostRepeats
}

// count takes note of a new query.
func (r *run) count() {
	r.queries++
	if len(r.recent) == recentQueries {
		r.recent = append(r.recent[:0], r.recent[1:]...)
	}
	r.recent = append(r.recent, r.repeats)
}
