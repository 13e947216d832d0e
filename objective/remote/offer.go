package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Offer is what the workers of a queue can be asked. All of it but the name decides which queue that is: workers of
// another protocol, kernel or version that measures otherwise have another one.
type Offer struct {
	Name     string             `json:"name"`    // in words: what measures; decides nothing
	Backend  string             `json:"backend"` // "live"
	Space    Space              `json:"space"`
	Metrics  []objective.Metric `json:"metrics"`            // at their usual settings; some can be asked at others
	Source   string             `json:"source"`             // of all of them
	Settings map[string]string  `json:"settings,omitempty"` // of the source
	Window   int                `json:"window,omitempty"`   // proposals in flight, unless a search says how many; 0: one
}

// Space is a space in words.
type Space struct {
	Name    string              `json:"name"`
	Network nasbench201.Network `json:"network,omitzero"` // that its cells are stacked into
}

// SpaceOf describes a space, if it is one that a client can make of the words.
func SpaceOf(s space.Space) (Space, error) {
	n, ok := s.(nasbench201.Space)
	if !ok {
		return Space{}, fmt.Errorf("space %s cannot be searched from elsewhere: want nasbench201", s.Name())
	}
	return Space{n.Name(), n.Network()}, nil
}

// Open returns the space.
func (s Space) Open() (nasbench201.Space, error) {
	of, err := nasbench201.New(s.Network)
	switch each := of.Each(); {
	case err != nil:
		return of, err
	case s.Name == each.Name():
		return each, nil
	case s.Name != of.Name():
		return of, fmt.Errorf("space %q: this version does not know it", s.Name)
	}
	return of, nil
}

// NewOffer describes an evaluator of all metrics that its kind can be asked for.
func NewOffer(name, backend string, in space.Space, e objective.Evaluator) (Offer, error) {
	s, err := SpaceOf(in)
	o := Offer{Name: name, Backend: backend, Space: s, Metrics: e.Metrics(), Source: e.Source()}
	if of, ok := e.(objective.Settings); ok {
		o.Settings = of.Settings()
	}
	return o, err
}

// version is that of what clients and workers say to each other.
const version = 1

// unfit is what must not stand in the name of a queue.
var unfit = regexp.MustCompile(`[^a-zA-Z0-9_-]`)

// Queue names the offer's queue.
func (o Offer) Queue() string {
	o.Name = ""
	return fmt.Sprintf("%s-%.16s", unfit.ReplaceAllString(o.Backend, "-"), keyOf(struct {
		Version int
		Offer
	}{version, o}))
}

// termsQueue is where those who ask an offer's terms need not wait behind trials.
func termsQueue(queue string) string { return queue + "-terms" }

// Publish puts an offer out, for clients who come later.
func Publish(ctx context.Context, t Transport, o Offer) error {
	text, err := marshal(o)
	if err != nil {
		return err
	}
	_, err = again(ctx, func(error) {}, func(ctx context.Context) (struct{}, error) {
		if there, err := t.Get(ctx, Offers, o.Queue()); err == nil && bytes.Equal(there, text) {
			return struct{}{}, nil
		}
		return struct{}{}, t.Put(ctx, Offers, o.Queue(), text)
	})
	return err
}

// Offers lists what has been offered, by queue.
func (c *Client) Offers(ctx context.Context) (all []Offer, err error) {
	texts, err := again(ctx, c.missed, func(ctx context.Context) (map[string][]byte, error) {
		return c.Transport.All(ctx, Offers, "")
	})
	if err != nil {
		return nil, err
	}
	for _, queue := range slices.Sorted(maps.Keys(texts)) {
		var o Offer
		if err := json.Unmarshal(texts[queue], &o); err != nil {
			return nil, fmt.Errorf("offer %s is no JSON: %w", queue, err)
		}
		if o.Queue() == queue { // not one of another version, whose workers would not understand
			all = append(all, o)
		}
	}
	return all, nil
}
