package searchtest

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

// made is a strategy that keeps the rules, but for what a test puts in its place.
type made struct {
	problem search.Problem
	ask     func(m *made, r *rand.Rand) (search.Proposal, error)
	tell    func(m *made, t search.Trial)

	told  int
	asked bool
	mood  bool // learnt from trials: it decides how to propose
	rand  *rand.Rand
}

func (m *made) Ask(_ context.Context, r *rand.Rand, _ []search.Proposal) (search.Proposal, error) {
	if m.ask != nil {
		return m.ask(m, r)
	}
	return m.draw(r), nil
}

// draw proposes an architecture or, in the other mood, a neighbour of it.
func (m *made) draw(r *rand.Rand) search.Proposal {
	a := m.problem.Space.Sample(r)
	if m.mood {
		a = m.problem.Space.Mutate(r, a)
	}
	return search.Proposal{Arch: a}
}

func (m *made) Tell(t search.Trial) {
	m.told++
	if m.tell != nil {
		m.tell(m, t)
	}
}

func entry(change func(*made)) search.Entry {
	return search.Entry{New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
		m := &made{problem: p}
		change(m)
		return m, nil
	}}
}

// broken has strategies by the rule that they break.
var broken = []struct {
	rule  string
	entry search.Entry
}{
	{"proposes architectures of the space", entry(func(m *made) {
		m.ask = func(*made, *rand.Rand) (search.Proposal, error) { return search.Proposal{Arch: "strange"}, nil }
	})},
	{"proposes architectures of the space", entry(func(m *made) {
		m.tell = func(*made, search.Trial) { panic("lost") }
	})},
	{"spends its budget to the query", entry(func(m *made) {
		m.ask = func(m *made, r *rand.Rand) (search.Proposal, error) {
			if m.told > 10 {
				return search.Proposal{}, search.ErrExhausted
			}
			return m.draw(r), nil
		}
	})},
	{"keeps no generator and no clock", entry(func(m *made) {
		m.rand = rand.New(rand.NewPCG(1, 2))
		m.tell = func(m *made, _ search.Trial) { m.mood = m.rand.IntN(2) == 0 }
	})},
	{"has one history for a seed", entry(func(m *made) {
		m.tell = func(m *made, _ search.Trial) { m.mood = rand.IntN(2) == 0 }
	})},
	{"has one history whatever the clock says", entry(func(m *made) {
		m.tell = func(m *made, _ search.Trial) { m.mood = time.Now().Year() < 2010 && time.Now().Day() > 1 }
	})},
	{"has one history whatever the clock says", entry(func(m *made) {
		m.tell = func(m *made, t search.Trial) { m.mood = t.Wall > time.Minute }
	})},
	{"asks without a trace", entry(func(m *made) {
		m.ask = func(m *made, r *rand.Rand) (search.Proposal, error) {
			m.mood = !m.mood
			return m.draw(r), nil
		}
	})},
	{"leaves what it is told as it is", entry(func(m *made) {
		m.tell = func(_ *made, t search.Trial) { t.Values[0]++ }
	})},
	{"has one history however it is cut", entry(func(m *made) {
		m.ask = func(m *made, r *rand.Rand) (search.Proposal, error) {
			m.asked = true
			return m.draw(r), nil
		}
		m.tell = func(m *made, t search.Trial) { m.mood = m.mood || t.ID == 0 && m.asked }
	})},
	{"survives failed trials", entry(func(m *made) {
		m.tell = func(m *made, t search.Trial) { m.mood = t.Values[0] > 0 }
	})},
	{"stays in the part of a space that it is given", entry(func(m *made) {
		m.ask = func(m *made, r *rand.Rand) (search.Proposal, error) {
			if whole, ok := m.problem.Space.(Grid); ok {
				return search.Proposal{Arch: whole.Sample(r)}, nil
			}
			return search.Proposal{Arch: grid.Sample(r)}, nil
		}
	})},
	{"ends when the space is exhausted", entry(func(m *made) {
		known := map[space.Arch]bool{}
		m.tell = func(m *made, t search.Trial) { known[m.problem.Class(t.Arch)] = true }
		m.ask = func(m *made, r *rand.Rand) (search.Proposal, error) {
			if len(known) == 9 {
				return search.Proposal{}, errors.New("I know nearly all")
			}
			return m.draw(r), nil
		}
	})},
	{"takes several metrics or says that it does not", search.Entry{
		Multi: true,
		New: func(p search.Problem, _ search.Options) (search.Strategy, error) {
			if len(p.Metrics) > 1 {
				return nil, errors.New("one, please")
			}
			return &made{problem: p}, nil
		},
	}},
}

func TestBrokenRulesAreNamed(t *testing.T) {
	for _, b := range broken {
		rules := suite{name: "made", entry: b.entry}.rules()
		if b.rule == "ends when the space is exhausted" { // which it should know before
			rules = rulesOf(rules, b.rule)
		}
		name, err := rule.Broken(t, rules)
		if !strings.HasPrefix(name, b.rule) {
			t.Errorf("it breaks %q, %v: want %q", name, err, b.rule)
		}
	}
}

// A strategy that a cut changes is changed by a smaller budget too.
func TestStepsAreChecked(t *testing.T) {
	const cut = "has one history however it is cut"
	at := slices.IndexFunc(broken, func(b struct {
		rule  string
		entry search.Entry
	}) bool {
		return b.rule == cut
	})
	const name = "has one history in several budgets"
	rules := rulesOf(suite{name: "made", entry: broken[at].entry}.rules(), name)
	if got, err := rule.Broken(t, rules); !strings.HasPrefix(got, name) {
		t.Errorf("it breaks %q, %v", got, err)
	}
}

func rulesOf(all []rule.Rule, name string) []rule.Rule {
	return slices.DeleteFunc(all, func(r rule.Rule) bool { return !strings.HasPrefix(r.Name, name) })
}

// A strategy may draw in Tell, from the stream of the trial.
func TestStrategyMayDrawInTell(t *testing.T) {
	e := entry(func(m *made) {
		m.tell = func(m *made, t search.Trial) { m.mood = m.problem.Stream("mood", t.ID).IntN(2) == 0 }
	})
	if name, err := rule.Broken(t, suite{name: "made", entry: e}.rules()); name != "" {
		t.Errorf("it breaks %q: %v", name, err)
	}
}

// shelf is a store that breaks a rule.
type shelf struct {
	*search.Memory
	change func(search.Trial) (search.Trial, error)
}

func (s shelf) Append(t search.Trial) error {
	t, err := s.change(t)
	return errors.Join(err, s.Memory.Append(t))
}

func TestBrokenStoresAreNamed(t *testing.T) {
	for _, c := range []struct {
		want   string
		change func(search.Trial) (search.Trial, error)
	}{
		{"", func(t search.Trial) (search.Trial, error) { return t, nil }},
		{"keeps a trial", func(t search.Trial) (search.Trial, error) { return t, errors.New("full") }},
		{"keeps one of low fidelity", func(t search.Trial) (search.Trial, error) { t.Fidelity = 1; return t, nil }},
		{"keeps a failure", func(t search.Trial) (search.Trial, error) { t.Failure = ""; return t, nil }},
		{"keeps a failure", func(t search.Trial) (search.Trial, error) { t.Cause = ""; return t, nil }},
		{"keeps a duplicate", func(t search.Trial) (search.Trial, error) { t.Of = -1; return t, nil }},
		{"keeps a record", func(t search.Trial) (search.Trial, error) { t.Record = nil; return t, nil }},
	} {
		memory := new(search.Memory)
		s := storage{open: func() (search.Store, error) { return shelf{memory, c.change}, nil }}
		if name, err := rule.Broken(t, s.rules()); name != c.want {
			t.Errorf("it breaks %q, %v: want %q", name, err, c.want)
		}
	}
	memory := new(search.Memory)
	if err := memory.Append(search.Trial{}); err != nil {
		t.Fatal(err)
	}
	full := storage{open: func() (search.Store, error) { return memory, nil }}
	if name, err := rule.Broken(t, full.rules()); name != "is empty at first" {
		t.Errorf("a full store breaks %q, %v", name, err)
	}
}
