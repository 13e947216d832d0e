package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// readFolder reads PNG and JPEG images, a folder for each class, and says what is doubtful about them. Labels follow
// the natural order of the names of folders, images that of what is seen in them, classes in turn: neither the order in
// which a folder lists them nor the names of files matter. All images have one size and are square. They are colour
// images unless every one is grey; what is transparent is black. Hidden files are passed over, links followed. A class
// may be without images if that is allowed.
func readFolder(dir string, empty bool) (s *Set, doubts []string, err error) {
	classes, doubts, err := listClasses(dir)
	if err != nil {
		return nil, nil, err
	}
	s = &Set{Unordered: true}
	var all []picture
	for _, c := range classes {
		pictures, err := readClass(c.path, &s.Side)
		if err != nil {
			return nil, nil, err
		}
		if len(pictures) == 0 && !empty {
			return nil, nil, &FileError{c.path, "no PNG or JPEG: want a folder for each class, and none else"}
		}
		for range pictures {
			s.Labels = append(s.Labels, len(s.Classes))
		}
		s.Classes = append(s.Classes, c.name)
		all = append(all, pictures...)
	}
	if len(all) == 0 {
		return nil, nil, &FileError{dir, "no folders named after classes with PNG or JPEG in them"}
	}
	s.Channels = channels(all)
	for _, p := range all {
		s.Pixels = appendPixels(s.Pixels, p.Image, s.Channels)
	}
	keys := s.keys("")
	if doubt := s.contradictions(keys, all); doubt != "" {
		doubts = append(doubts, doubt)
	}
	return s.Select(s.interleaved(keys)), doubts, nil
}

// contradictions says which images are of two classes.
func (s *Set) contradictions(keys []key, all []picture) string {
	first, n, example := map[key]int{}, 0, ""
	for i, k := range keys {
		at, ok := first[k]
		switch {
		case !ok:
			first[k] = i
		case s.Labels[at] != s.Labels[i]:
			if n++; n == 1 {
				example = fmt.Sprintf("%s and %s", all[at].path, all[i].path)
			}
		}
	}
	if n == 0 {
		return ""
	}
	if n > 1 {
		example = fmt.Sprintf("%s, and %d more", example, n-1)
	}
	return "the same image is in two classes: " + example
}

// listClasses lists the folders in a folder. Other images there are a doubt.
func listClasses(dir string) (all []class, doubts []string, err error) {
	entries, err := entries(dir)
	if err != nil {
		return nil, nil, err
	}
	stray := 0
	for _, e := range entries {
		switch {
		case e.isDir:
			all = append(all, class{e.name, e.path})
		case readable(e.name) || unreadable(e.name):
			stray++
		}
	}
	if stray > 0 {
		doubts = append(doubts, fmt.Sprintf("%s: images beside the classes' folders are left out: %d", dir, stray))
	}
	return all, doubts, sortClasses(all)
}

// entry is what a folder lists, links followed.
type entry struct {
	name, path string
	isDir      bool
}

// entries lists what is not hidden.
func entries(dir string) (all []entry, err error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, e := range list {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		path := filepath.Join(dir, e.Name())
		info, err := os.Stat(path)
		if at, ok := errors.AsType[*fs.PathError](err); ok {
			return nil, &FileError{path, at.Err.Error()}
		}
		if err != nil {
			return nil, err
		}
		all = append(all, entry{e.Name(), path, info.IsDir()})
	}
	return all, nil
}

// openFolder reads DIR/train and DIR/test if there are such, else DIR as the training part.
func openFolder(dir string) (*Data, error) {
	list, err := entries(dir)
	if err != nil {
		return nil, err
	}
	parts, others := map[string]bool{}, []string(nil)
	for _, e := range list {
		switch name := strings.ToLower(e.name); {
		case !e.isDir:
		case e.name == "train" || e.name == "test":
			parts[e.name] = true
		case name == "train" || name == "test":
			return nil, &FileError{e.path, "the parts are called train and test, in small letters: rename it"}
		default:
			others = append(others, e.name)
		}
	}
	d := new(Data)
	read := func(path string, empty bool) (*Set, error) {
		s, doubts, err := readFolder(path, empty)
		d.Doubts = append(d.Doubts, doubts...)
		return s, err
	}
	if len(parts) == 0 {
		d.Train, err = read(dir, false)
		return d, err
	}
	if len(others) > 0 {
		doubt := fmt.Sprintf("%s: folders beside train and test are left out: %s", dir, few(others))
		d.Doubts = append(d.Doubts, doubt)
	}
	if parts["train"] {
		if d.Train, err = read(filepath.Join(dir, "train"), false); err != nil {
			return nil, err
		}
	}
	if parts["test"] {
		if d.Test, err = read(filepath.Join(dir, "test"), true); err != nil {
			return nil, err
		}
	}
	return d, d.agree(dir)
}

// agree gives the parts of a folder one list of classes, that of the training part, and as many channels.
func (d *Data) agree(dir string) (err error) {
	if d.Train == nil || d.Test == nil {
		return nil
	}
	if d.Test, err = d.Test.relabel(d.Train.Classes); err != nil {
		return &FileError{filepath.Join(dir, "test"), err.Error()}
	}
	if d.Train.Channels != d.Test.Channels {
		d.Train, d.Test = d.Train.colour(), d.Test.colour()
	}
	seen := map[key]bool{}
	for _, k := range d.Train.keys("") {
		seen[k] = true
	}
	again := slices.DeleteFunc(d.Test.keys(""), func(k key) bool { return !seen[k] })
	if len(again) > 0 {
		const text = "%s: %d of %d test images are training images too"
		d.Doubts = append(d.Doubts, fmt.Sprintf(text, dir, len(again), d.Test.Len()))
	}
	return nil
}

// colour returns the set in three channels.
func (s *Set) colour() *Set {
	if s.Channels == 3 {
		return s
	}
	out := *s
	out.Channels, out.Pixels = 3, nil
	for i := range s.Len() {
		out.Pixels = append(out.Pixels, slices.Repeat(s.Image(i), 3)...)
	}
	return &out
}
