package space

import "strconv"

// NameColumns are what tables of results call an architecture, so that any two can be joined: its text, that of the
// member that stands for its class, its index in the space, and the number under which others released it.
func NameColumns() []string { return []string{"arch", "class", "index", "id"} }

// Names tells what an architecture is called.
type Names struct {
	Space Space                  // nil if it is not known: an architecture is then a class of its own
	ID    func(Arch) (int, bool) // number under which others released it; nil if nobody knows any
}

// Named are the names of one architecture.
type Named struct {
	Class Arch `json:"class"`
	Index *int `json:"index"` // nil where the space counts none
	ID    *int `json:"id"`    // nil where it is not known
}

// Short is the shortest name: the released id, "#13433", or else the index, or else the architecture's own text. It is
// what 'nassearch query' takes.
func (n Named) Short(a Arch) string {
	switch {
	case n.ID != nil:
		return "#" + strconv.Itoa(*n.ID)
	case n.Index != nil:
		return strconv.Itoa(*n.Index)
	}
	return string(a)
}

// Of returns the names of a valid architecture.
func (n Names) Of(a Arch) Named {
	all := Named{Class: Canonical(n.Space, a)}
	if s, ok := n.Space.(Indexer); ok {
		all.Index = new(s.Index(a))
	}
	if n.ID == nil {
		return all
	}
	if id, ok := n.ID(a); ok {
		all.ID = &id
	}
	return all
}

// Texts returns the names of a valid architecture in the order of [NameColumns], empty where there is none.
func (n Names) Texts(a Arch) []string {
	all := n.Of(a)
	return []string{string(a), string(all.Class), number(all.Index), number(all.ID)}
}

func number(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
