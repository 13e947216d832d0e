package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

const (
	cifarSide  = 32
	cifarImage = 3 * cifarSide * cifarSide
)

var cifar10Classes = []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// ReadCIFAR reads binary files of CIFAR-10 or CIFAR-100: for each image its label (of CIFAR-100 the coarse, then the
// fine one, which is used) and 3 x 32 x 32 pixels.
func ReadCIFAR(classes int, files ...string) (*Set, error) {
	s := &Set{Channels: 3, Side: cifarSide, Classes: cifar10Classes}
	switch classes {
	case 10:
	case 100:
		s.Classes = numbered(100)
	default:
		return nil, fmt.Errorf("CIFAR has 10 or 100 classes, not %d", classes)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if err := s.appendCIFAR(b); err != nil {
			return nil, &FileError{file, err.Error()}
		}
	}
	return s, nil
}

// appendCIFAR adds the images of a file's content.
func (s *Set) appendCIFAR(b []byte) error {
	labels := 1
	if len(s.Classes) == 100 {
		labels = 2
	}
	record := labels + cifarImage
	if len(b) == 0 || len(b)%record != 0 {
		const problem = "%d bytes: CIFAR-%d has %d bytes an image, and the file must hold whole images"
		return fmt.Errorf(problem, len(b), len(s.Classes), record)
	}
	for at := 0; at < len(b); at += record {
		label := int(b[at+labels-1])
		if label >= len(s.Classes) {
			return fmt.Errorf("image %d has label %d: want less than %d", at/record, label, len(s.Classes))
		}
		s.Labels = append(s.Labels, label)
		s.Pixels = append(s.Pixels, b[at+labels:at+record]...)
	}
	return nil
}

// openCIFAR reads a list of files; those whose names begin with "test" are the test part.
func openCIFAR(classes int, list string) (*Data, error) {
	var train, test []string
	for file := range strings.SplitSeq(list, ",") {
		switch {
		case file == "":
			return nil, fmt.Errorf("%q: a file name is empty", list)
		case strings.HasPrefix(filepath.Base(file), "test"):
			test = append(test, file)
		default:
			train = append(train, file)
		}
	}
	return parts(train, test, func(files []string) (*Set, error) {
		if len(files) == 0 {
			return nil, nil
		}
		return ReadCIFAR(classes, files...)
	})
}
