package dataset

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// natural compares names as people sort them: runs of digits by their number, whatever zeros are before it, so that 2,
// 02 and 10 are 2, 2 and 10.
func natural(a, b string) int {
	for a != "" && b != "" {
		m, n := digits(a), digits(b)
		if m == 0 || n == 0 {
			if a[0] != b[0] {
				return cmp.Compare(a[0], b[0])
			}
			a, b = a[1:], b[1:]
			continue
		}
		x, y := strings.TrimLeft(a[:m], "0"), strings.TrimLeft(b[:n], "0")
		if c := cmp.Or(len(x)-len(y), strings.Compare(x, y)); c != 0 {
			return c
		}
		a, b = a[m:], b[n:]
	}
	return len(a) - len(b)
}

// digits is how many of them a text begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	return n
}

// class is a folder of images.
type class struct{ name, path string }

// sortClasses puts folders in the natural order of their names, whose letters with accents are compared whichever of
// the two ways they are written in. Two names of one place are an error.
func sortClasses(all []class) error {
	for i, c := range all {
		if !utf8.ValidString(c.name) {
			return &FileError{c.path, "its name, which is a class's, is no UTF-8"}
		}
		all[i].name = norm.NFC.String(c.name)
	}
	slices.SortFunc(all, func(a, b class) int {
		return cmp.Or(natural(a.name, b.name), strings.Compare(a.path, b.path))
	})
	for i, c := range all[min(1, len(all)):] {
		if before := all[i]; natural(before.name, c.name) == 0 {
			return &FileError{c.path, fmt.Sprintf("class %q is %q in other characters: rename one", c.name, before.name)}
		}
	}
	return nil
}

// numbered returns the names of n classes that have none: their labels.
func numbered(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprint(i)
	}
	return names
}

// unnamed says whether names say nothing but labels.
func unnamed(names []string) bool { return slices.Equal(names, numbered(len(names))) }

// ClassError reports images of classes that are not among those that are wanted.
type ClassError struct{ Classes, Want []string }

func (e *ClassError) Error() string {
	return fmt.Sprintf("images of %s: the classes are %s", few(e.Classes), few(e.Want))
}

// few lists names, at most a dozen.
func few(names []string) string {
	const most = 12
	if n := len(names); n > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), n-most)
	}
	return strings.Join(names, ", ")
}

// relabel returns the set with the labels that its classes have among others, by name. Images of a class that is not
// among them are a [*ClassError].
func (s *Set) relabel(classes []string) (*Set, error) {
	label, unknown := make([]int, len(s.Classes)), []string(nil)
	for i, n := range s.Counts(s.Len()) {
		label[i] = slices.Index(classes, s.Classes[i])
		if label[i] < 0 && n > 0 {
			unknown = append(unknown, s.Classes[i])
		}
	}
	if len(unknown) > 0 {
		return nil, &ClassError{unknown, classes}
	}
	out := *s
	out.Classes, out.Labels = classes, make([]int, s.Len())
	for i, l := range s.Labels {
		out.Labels[i] = label[l]
	}
	return &out, nil
}

// Match returns the set with the labels that a network has for its classes, of which there are so many, by the names
// that it remembers of them; it remembers none, nil, if it was trained elsewhere or by an earlier version. A doubt says
// what could not be told by names. Images of other classes are a [*ClassError], other numbers of classes a
// [*CountError].
func (s *Set) Match(names []string, classes int) (set *Set, doubt string, err error) {
	if names == nil {
		return s.matchSorted(classes)
	}
	set, err = s.relabel(names)
	if err == nil {
		return set, "", nil
	}
	switch {
	case unnamed(s.Classes) && len(s.Classes) <= classes, unnamed(names) && len(s.Classes) == classes:
		out := *s
		known, other := names, "the images'"
		if unnamed(names) {
			known, other = s.Classes, "the network's"
		}
		out.Classes = known
		const text = "%s classes have no names: labels 0 to %d are taken for %s"
		return &out, fmt.Sprintf(text, other, classes-1, few(known)), nil
	case unnamed(s.Classes) || unnamed(names):
		return nil, "", &CountError{len(s.Classes), classes}
	}
	return nil, "", err
}

// matchSorted is Match for a network that remembers no names. A folder's classes were sorted as texts when it was
// trained: by earlier versions of this program, and by torchvision.
func (s *Set) matchSorted(classes int) (*Set, string, error) {
	n := len(s.Classes)
	if n > classes || n < classes && !unnamed(s.Classes) {
		return nil, "", &CountError{n, classes}
	}
	if !s.Unordered {
		return s, "", nil
	}
	known := s.Classes
	if n < classes {
		known = numbered(classes)
	}
	sorted := slices.Sorted(slices.Values(known))
	set, err := s.relabel(sorted)
	if err != nil || slices.Equal(sorted, known) {
		return set, "", err
	}
	return set, "the network does not say which class is which: they are taken in the order of texts, as torchvision " +
		"and earlier versions sort folders: " + few(sorted), nil
}

// CountError reports a network that has not as many classes as images do.
type CountError struct{ Have, Want int }

func (e *CountError) Error() string {
	return fmt.Sprintf("images of %d classes: the network has %d", e.Have, e.Want)
}
