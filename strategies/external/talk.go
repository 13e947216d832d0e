package external

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/internal/dialog"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
)

const (
	protocol    = 1        // the version
	longestLine = 64 << 20 // bytes that a program may answer in one line
	longestTold = 60       // bytes of nonsense that are told
)

// hello is the first line that a program reads.
type hello struct {
	Type       string         `json:"type"`
	Protocol   int            `json:"protocol"`
	Space      described      `json:"space"`
	Objectives []goal         `json:"objectives"`
	Fidelities []float64      `json:"fidelities"` // that can be proposed, ascending
	Seed       uint64         `json:"seed"`
	Window     int            `json:"window"`
	Options    search.Options `json:"options"`
}

// described is what is told of a space.
type described struct {
	Name       string      `json:"name"`
	Classes    int         `json:"classes,omitzero"` // if they can be listed
	Parameters []parameter `json:"parameters"`
	Answers    []string    `json:"answers"` // requests that it can
}

type parameter struct {
	Name    string   `json:"name"`
	Choices []string `json:"choices"`
}

type goal struct {
	Name string `json:"name"`
	Goal string `json:"goal"` // max or min
}

// question is put to a program, with the trials between the two parts.
type question struct {
	Type    string    `json:"type"`
	Trial   int       `json:"trial"` // the number of the proposal that is asked for
	Seed    uint64    `json:"seed"`
	Pending []pending `json:"pending"`
	From    int       `json:"from"` // how many trials have been told before those that follow
}

type pending struct {
	Trial    int        `json:"trial"`
	Arch     space.Arch `json:"arch"`
	Class    space.Arch `json:"class"`
	Choices  []int      `json:"choices,omitempty"`
	Fidelity float64    `json:"fidelity"`
}

// told is a trial as it is told.
type told struct {
	pending
	Values []float64       `json:"values,omitempty"`
	Failed string          `json:"failed,omitempty"`
	Cause  objective.Cause `json:"cause,omitempty"`
	Of     *int            `json:"of,omitempty"`
	Cost   float64         `json:"cost"` // seconds on the virtual clock
}

// answer is any line of a program's: what it is ready for, a request, a proposal, or that there is none.
type answer struct {
	Type string `json:"type"`

	Protocol   int    `json:"protocol"`
	Trials     string `json:"trials"`     // all, or new
	Objectives string `json:"objectives"` // several, or one

	Archs []space.Arch `json:"archs"` // that are asked about
	Count int          `json:"count"` // how many are asked for

	Trial    int        `json:"trial"`
	Arch     space.Arch `json:"arch"`
	Choices  []int      `json:"choices"`
	Fidelity *float64   `json:"fidelity"` // nil: 1

	Message string `json:"message"` // of an error
}

// talk is a conversation with a program.
type talk struct {
	program *dialog.Program
	space   space.Space
	keeps   bool // the program remembers trials
	sent    int  // trials that it was told, if it does
}

func newPending(s space.Space, id int, a space.Arch, fidelity float64) pending {
	p := pending{Trial: id, Arch: a, Class: space.Canonical(s, a), Fidelity: fidelity}
	if of, ok := space.Whole(s).(space.Parametric); ok {
		p.Choices = of.Choices(a)
	}
	return p
}

// encoded is a trial as it is sent.
func encoded(s space.Space, t search.Trial) []byte {
	trial := told{
		pending: newPending(s, t.ID, t.Arch, t.Fidelity),
		Values:  t.Values, Failed: t.Failure, Cause: t.Cause, Cost: (t.End - t.Start).Seconds(),
	}
	if t.Duplicate() {
		trial.Of = &t.Of
	}
	return encode(trial)
}

// encode returns a message of ours, of which all can be written.
func encode(message any) []byte {
	text, err := json.Marshal(message, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(fmt.Sprintf("external: %T: %v", message, err))
	}
	return text
}

// greet tells the problem, and hears what the program can.
func (t *talk) greet(ctx context.Context, p search.Problem, o search.Options) error {
	h := hello{
		Type: "hello", Protocol: protocol, Seed: p.Seed, Window: p.Window, Options: o, Fidelities: p.Fidelities,
		Space: described{Name: p.Space.Name(), Answers: able(p.Space)},
	}
	for _, m := range p.Metrics {
		h.Objectives = append(h.Objectives, goal{m.Key(), m.Goal.String()})
	}
	if e, ok := p.Space.(space.Enumerator); ok {
		h.Space.Classes = e.Classes()
	}
	if of, ok := space.Whole(p.Space).(space.Parametric); ok {
		for _, q := range of.Parameters() {
			h.Space.Parameters = append(h.Space.Parameters, parameter(q))
		}
	}
	if err := t.send(ctx, encode(h)); err != nil {
		return err
	}
	a, err := t.receive(ctx)
	switch {
	case err != nil:
		return err
	case a.Type != "ready":
		return fmt.Errorf("it begins with %q: want ready, with the version of the protocol", a.Type)
	case a.Protocol != protocol:
		return fmt.Errorf("it speaks version %d of the protocol: want %d", a.Protocol, protocol)
	case !slices.Contains([]string{"", "all", "new"}, a.Trials):
		return fmt.Errorf("it is ready for trials %q: want all or new", a.Trials)
	case !slices.Contains([]string{"", "several", "one"}, a.Objectives):
		return fmt.Errorf("it is ready for objectives %q: want several or one", a.Objectives)
	case a.Objectives == "one" && len(p.Metrics) > 1:
		return &search.MetricsError{Strategy: name, Metrics: len(p.Metrics)}
	}
	t.keeps = a.Trials == "new"
	return nil
}

// question asks for a proposal, with the trials that the program has to be told.
func (t *talk) question(
	ctx context.Context, n int, seed uint64, trials [][]byte, under []search.Proposal,
) error {
	q := question{Type: "ask", Trial: n, Seed: seed}
	for _, p := range under {
		q.Pending = append(q.Pending, newPending(t.space, p.ID, p.Arch, p.Fidelity))
	}
	if t.keeps {
		q.From, t.sent = t.sent, len(trials)
	}
	head := bytes.TrimSuffix(encode(q), []byte("}"))
	list := bytes.Join(trials[q.From:], []byte(","))
	return t.send(ctx, slices.Concat(head, []byte(`,"trials":[`), list, []byte("]}")))
}

// proposal reads the answer to question n.
func (t *talk) proposal(a answer, n int) (p search.Proposal, err error) {
	switch {
	case a.Type == "error":
		why := strings.Join(strings.Fields(a.Message), " ")
		return p, fmt.Errorf("it says: %s", cmp.Or(why, "an error, without a message that says why"))
	case a.Type != "propose" && a.Type != "exhausted":
		return p, fmt.Errorf("it answers with %q: want propose, exhausted, error or one of %s",
			a.Type, strings.Join(able(t.space), ", "))
	case a.Trial != n:
		return p, fmt.Errorf("it answers for trial %d: asked was trial %d", a.Trial, n)
	case a.Type == "exhausted":
		return p, search.ErrExhausted
	case (a.Arch == "") == (a.Choices == nil):
		return p, errors.New("it proposes nothing that has a meaning: want arch or choices, and not both")
	}
	p.Arch = a.Arch
	if a.Fidelity != nil {
		if p.Fidelity = *a.Fidelity; p.Fidelity == 0 {
			return p, errors.New("it proposes fidelity 0: want a share in (0, 1], or none for the full training")
		}
	}
	if a.Choices != nil {
		p.Arch, err = compose(t.space, a.Choices)
	}
	return p, err
}

// compose returns the architecture of choices.
func compose(s space.Space, choices []int) (space.Arch, error) {
	of, ok := space.Whole(s).(space.Parametric)
	if !ok {
		return "", fmt.Errorf("it makes choices: the architectures of space %s have none", s.Name())
	}
	parameters := of.Parameters()
	if len(choices) != len(parameters) {
		return "", fmt.Errorf("it makes %d choices: there are %d parameters", len(choices), len(parameters))
	}
	for i, c := range choices {
		if most := len(parameters[i].Choices) - 1; c < 0 || c > most {
			return "", fmt.Errorf("it makes choice %d of parameter %s: want 0 to %d", c, parameters[i].Name, most)
		}
	}
	return of.Compose(choices), nil
}

func (t *talk) send(ctx context.Context, message []byte) error {
	return t.program.Send(ctx, append(message, '\n'))
}

// receive reads a message.
func (t *talk) receive(ctx context.Context) (a answer, err error) {
	var line []byte
	for len(bytes.TrimSpace(line)) == 0 {
		if line, err = t.program.Receive(ctx); err != nil {
			return a, err
		}
	}
	return read(line)
}

// read reads a line of a program's.
func read(line []byte) (a answer, err error) {
	if err := json.Unmarshal(line, &a, json.RejectUnknownMembers(true)); err != nil {
		return a, fmt.Errorf("it writes %s, which is no message: %w", clipped(line), reason(err))
	}
	return a, nil
}

// clipped is the beginning of a line, in quotes.
func clipped(line []byte) string {
	line = bytes.TrimSpace(line)
	if len(line) > longestTold {
		return strconv.Quote(string(line[:longestTold])) + "..."
	}
	return strconv.Quote(string(line))
}

// reason is what is wrong with a line, without what the library says of itself and of our types.
func reason(err error) error {
	why, ok := errors.AsType[*json.SemanticError](err)
	switch {
	case !ok:
	case why.Err != nil:
		return fmt.Errorf("%w at %s", why.Err, cmp.Or(string(why.JSONPointer), "its begin"))
	default:
		why.GoType = nil
	}
	return err
}
