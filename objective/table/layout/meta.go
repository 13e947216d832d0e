package layout

import (
	"context"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// MetaFile names architectures, and says at which sizes attacks were measured.
const MetaFile = "meta.json"

// Meta is the released meta.json: {"ids": {id: {"nb201-string", "isomorph"}}, "epsilons": {key: [eps]}}, with eps
// in 1/255. That of a table of our own says of corruptions, too, at what they were measured: "severities": {key: [1]}.
type Meta struct {
	file  string
	sp    Space
	archs []space.Arch // by id; empty where there is none
	class []int32      // by id; -1 where there is none
	eps   map[string][]objective.Eps

	severities map[string][]objective.Setting

	representative []int32 // by class: the id that values belong to; -1 where there is none
	first, next    []int32 // the members of a class: first by class, next by id; -1 ends them
}

// metaIDs is about how many ids meta.json has.
const metaIDs = 15625

// readMeta reads meta.json and checks that it divides architectures into the space's classes.
func readMeta(ctx context.Context, r io.Reader, file string, sp Space) (*Meta, error) {
	m := &Meta{
		file:           file,
		sp:             sp,
		archs:          make([]space.Arch, 0, metaIDs),
		class:          make([]int32, 0, metaIDs),
		representative: slices.Repeat([]int32{-1}, sp.Classes()),
		first:          slices.Repeat([]int32{-1}, sp.Classes()),
		next:           make([]int32, 0, metaIDs),
	}
	isomorphs := make([]int32, 0, metaIDs)
	s := NewStream(ctx, r, file)
	var haveIDs bool
	err := s.Members(func(name string) (err error) {
		s.Key = name
		defer func() { s.Key, s.ID = "", "" }()
		switch {
		case name == "ids" && !haveIDs:
			haveIDs = true
			isomorphs, err = m.readIDs(s, sp, isomorphs)
			return err
		case name == "epsilons" && m.eps == nil:
			return m.readEps(s)
		case name == "severities" && m.severities == nil:
			return m.readSeverities(s)
		case name == "ids" || name == "epsilons" || name == "severities":
			return s.Fail("it is there twice")
		}
		return s.Skip()
	})
	if err == nil && !haveIDs {
		err = s.Fail(`no "ids" in it: want the meta.json of the robustness dataset`)
	}
	if err == nil {
		err = s.End()
	}
	if err == nil {
		err = m.checkTwins(s)
	}
	if err == nil {
		err = m.divide(s, isomorphs, sp.Name())
	}
	return m, err
}

// readIDs reads all entries; it returns the isomorph of each id.
func (m *Meta) readIDs(s *Stream, sp Space, isomorphs []int32) ([]int32, error) {
	err := s.Members(func(name string) error {
		s.ID = name
		id, ok := ParseID(name)
		if !ok {
			return s.Fail("want a whole number from 0 to %d", maxID)
		}
		arch, isomorph, err := s.metaEntry()
		if err != nil {
			return err
		}
		for len(m.class) <= id {
			m.archs, m.class, m.next = append(m.archs, ""), append(m.class, -1), append(m.next, -1)
			isomorphs = append(isomorphs, -1)
		}
		if m.class[id] >= 0 {
			return s.Fail("it is there twice")
		}
		class, err := sp.ClassOf(arch)
		if err != nil {
			return s.Fail("%v", err)
		}
		m.archs[id], m.class[id], isomorphs[id] = arch, int32(class), isomorph
		m.next[id], m.first[class] = m.first[class], int32(id)
		return nil
	})
	return isomorphs, err
}

// checkTwins refuses two ids of one text.
func (m *Meta) checkTwins(s *Stream) error {
	var members []space.Arch
	for class, first := range m.first {
		members = members[:0]
		for id := first; id >= 0; id = m.next[id] {
			members = append(members, m.archs[id])
		}
		slices.Sort(members)
		if len(slices.Compact(members)) == len(members) {
			continue
		}
		for id := first; id >= 0; id = m.next[id] {
			if other, _ := m.find(m.archs[id], class); other != int(id) {
				s.Key, s.ID = "ids", strconv.Itoa(int(id))
				return s.Fail("the same architecture as id %d", other)
			}
		}
	}
	return nil
}

// find returns the id of an architecture of a class.
func (m *Meta) find(a space.Arch, class int) (id int, ok bool) {
	for id := m.first[class]; id >= 0; id = m.next[id] {
		if m.archs[id] == a {
			return int(id), true
		}
	}
	return 0, false
}

// Class returns the class of an id; false if the file has no such id.
func (m *Meta) Class(id int) (class int, ok bool) {
	if id < 0 || id >= len(m.class) || m.class[id] < 0 {
		return 0, false
	}
	return int(m.class[id]), true
}

// Arch returns the architecture of an id; false if the file has no such id.
func (m *Meta) Arch(id int) (space.Arch, bool) {
	if _, ok := m.Class(id); !ok {
		return "", false
	}
	return m.archs[id], true
}

// ID returns the ids of an architecture and of its class's representative, to which values belong; false if the file
// has no such architecture.
func (m *Meta) ID(a space.Arch) (id, representative int, ok bool) {
	class, err := m.sp.ClassOf(a)
	if err != nil {
		return 0, 0, false
	}
	id, ok = m.find(a, class)
	return id, int(m.representative[class]), ok
}

// metaEntry reads {"nb201-string": text, "isomorph": id}.
func (s *Stream) metaEntry() (arch space.Arch, isomorph int32, err error) {
	isomorph = -1
	err = s.Members(func(name string) error {
		if name != "nb201-string" && name != "isomorph" {
			return s.Skip()
		}
		text, err := s.Text()
		if err != nil {
			return err
		}
		if name == "isomorph" {
			id, ok := ParseID(text)
			if !ok || isomorph >= 0 {
				return s.Fail("isomorph %q: want one id", text)
			}
			isomorph = int32(id)
			return nil
		}
		if arch != "" {
			return s.Fail("two strings")
		}
		arch = space.Arch(text)
		return nil
	})
	if err == nil && (arch == "" || isomorph < 0) {
		err = s.Fail("want nb201-string and isomorph")
	}
	return arch, isomorph, err
}

// divide sets the representatives, and compares the division into isomorphs with the space's classes.
func (m *Meta) divide(s *Stream, isomorphs []int32, name string) error {
	for id, class := range m.class {
		if class < 0 {
			continue
		}
		s.Key, s.ID = "ids", strconv.Itoa(id)
		iso := isomorphs[id]
		if int(iso) >= len(m.class) || m.class[iso] < 0 {
			return s.Fail("isomorph %d is no id of the file", iso)
		}
		if m.class[iso] != class {
			return s.Fail("isomorph to %d according to the file, but they are different classes of %s", iso, name)
		}
		if r := m.representative[class]; r >= 0 && r != iso {
			return s.Fail("isomorph to %d, but other members of its class of %s are isomorph to %d", iso, name, r)
		}
		m.representative[class] = iso
	}
	return nil
}

// readEps reads {key: [eps, ...]}.
func (m *Meta) readEps(s *Stream) (err error) {
	const want = "eps %v: want positive numbers, each once, in 1/255"
	m.eps, err = lists(s, "epsilons", want, func(v float64) (objective.Eps, bool) { return objective.Eps(v), v > 0 })
	return err
}

// mostSeverity bounds what a damaged file can ask for.
const mostSeverity = 1000

// readSeverities reads {key: [severity, ...]}.
func (m *Meta) readSeverities(s *Stream) (err error) {
	const want = "severity %v: want whole numbers from 1, each once"
	m.severities, err = lists(s, "severities", want, func(v float64) (objective.Setting, bool) {
		whole := v >= 1 && v <= mostSeverity && v == math.Trunc(v)
		return objective.AtSeverity(int(v)), whole
	})
	return err
}

// lists reads {key: [number, ...]}. A number that means nothing, or stands twice, is refused with what is wanted.
func lists[T comparable](
	s *Stream, of, want string, read func(float64) (T, bool),
) (map[string][]T, error) {
	all := map[string][]T{}
	err := s.Members(func(name string) error {
		s.Key = of + "/" + name
		if _, ok := all[name]; ok {
			return s.Fail("it is there twice")
		}
		var list []T
		err := s.Items(func() error {
			v, err := s.Number()
			if err != nil {
				return err
			}
			one, ok := read(v)
			if !ok || slices.Contains(list, one) {
				return s.Fail(want, v)
			}
			list = append(list, one)
			return nil
		})
		all[name] = list
		return err
	})
	return all, err
}
