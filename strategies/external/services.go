package external

import (
	"fmt"
	"math/rand/v2"

	"github.com/nassearch/nassearch/space"
)

// mostSampled is how many architectures a program may ask for at once.
const mostSampled = 1_000_000

// services are what a program may ask of the space while a proposal is asked of it. What is random comes from the
// stream of that proposal.
type services struct {
	space  space.Space
	random *rand.Rand
}

// reply answers a request.
type reply struct {
	Type    string       `json:"type"`
	Archs   []space.Arch `json:"archs"`
	Vectors [][]float64  `json:"vectors,omitempty"`
}

// service is a request that a program may make.
type service struct {
	name string
	can  func(space.Space) bool
	do   func(services, answer) (reply, error)
}

// offered are the requests, in the order of listings.
func offered() []service {
	return []service{
		{"sample", always, services.sample},
		{"mutate", always, services.mutate},
		{"class", always, services.class},
		{"classes", is[space.Enumerator], services.classes},
		{"neighbors", is[space.Neighborer], services.neighbors},
		{"cross", is[space.Crosser], services.cross},
		{"encode", is[space.Encoder], services.encode},
		{"compose", func(s space.Space) bool { return is[space.Parametric](space.Whole(s)) }, services.compose},
	}
}

func always(space.Space) bool { return true }

func is[Ability any](s space.Space) bool {
	_, ok := s.(Ability)
	return ok
}

// able names the requests that a space can answer.
func able(s space.Space) (names []string) {
	for _, of := range offered() {
		if of.can(s) {
			names = append(names, of.name)
		}
	}
	return names
}

// answer answers a request; false if the message is none that the space can answer.
func (s services) answer(a answer) (message []byte, ok bool, err error) {
	for _, of := range offered() {
		if of.name != a.Type || !of.can(s.space) {
			continue
		}
		for _, arch := range a.Archs {
			if err := s.space.Validate(arch); err != nil && of.name != "class" {
				return nil, true, fmt.Errorf("it asks for %s of %q: %w", a.Type, arch, err)
			}
		}
		r, err := of.do(s, a)
		r.Type = "answer"
		return encode(r), true, err
	}
	return nil, false, nil
}

func (s services) mutate(a answer) (r reply, err error) {
	for _, arch := range a.Archs {
		r.Archs = append(r.Archs, s.space.Mutate(s.random, arch))
	}
	return r, nil
}

// class tells the classes of architectures, and nothing of what is none of the space.
func (s services) class(a answer) (r reply, err error) {
	for _, arch := range a.Archs {
		class := space.Arch("")
		if s.space.Validate(arch) == nil {
			class = space.Canonical(s.space, arch)
		}
		r.Archs = append(r.Archs, class)
	}
	return r, nil
}

func (s services) sample(a answer) (r reply, err error) {
	if a.Count < 1 || a.Count > mostSampled {
		return r, fmt.Errorf("it asks for a sample of %d: want a count of 1 to %d", a.Count, mostSampled)
	}
	for range a.Count {
		r.Archs = append(r.Archs, s.space.Sample(s.random))
	}
	return r, nil
}

func (s services) classes(answer) (r reply, err error) {
	e := s.space.(space.Enumerator)
	for i := range e.Classes() {
		r.Archs = append(r.Archs, e.Class(i))
	}
	return r, nil
}

func (s services) neighbors(a answer) (r reply, err error) {
	if len(a.Archs) != 1 {
		return r, fmt.Errorf("it asks for the neighbors of %d architectures: want one", len(a.Archs))
	}
	r.Archs = s.space.(space.Neighborer).Neighbors(a.Archs[0])
	return r, nil
}

func (s services) cross(a answer) (r reply, err error) {
	if len(a.Archs) != 2 {
		return r, fmt.Errorf("it asks for a child of %d architectures: want two", len(a.Archs))
	}
	r.Archs = []space.Arch{s.space.(space.Crosser).Cross(s.random, a.Archs[0], a.Archs[1])}
	return r, nil
}

func (s services) encode(a answer) (r reply, err error) {
	for _, arch := range a.Archs {
		r.Vectors = append(r.Vectors, s.space.(space.Encoder).Encode(arch))
	}
	return r, nil
}

// compose returns the architecture of choices, which may be outside the part of a space that is searched.
func (s services) compose(a answer) (r reply, err error) {
	arch, err := compose(s.space, a.Choices)
	return reply{Archs: []space.Arch{arch}}, err
}
