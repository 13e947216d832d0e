package dialog

import (
	"bytes"
	"strings"
	"sync"
)

// longestSaid is the length of what is told of standard error as one line.
const longestSaid = 64 << 10

// said tells what a program says on standard error line by line, and remembers the last one.
type said struct {
	tell func(line string)

	mutex sync.Mutex
	begun []byte // of a line without an end yet
	final string
}

// Write takes a part of what is said.
func (s *said) Write(text []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.begun = append(s.begun, text...)
	for {
		line, rest, ended := bytes.Cut(s.begun, []byte("\n"))
		if !ended && len(line) < longestSaid {
			return len(text), nil
		}
		if !ended {
			line, rest = s.begun[:longestSaid], s.begun[longestSaid:]
		}
		s.line(string(line))
		s.begun = append([]byte(nil), rest...)
	}
}

// flush tells a last line without an end.
func (s *said) flush() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.line(string(s.begun))
	s.begun = nil
}

func (s *said) line(text string) {
	text = strings.TrimRight(text, " \t\r")
	if text == "" {
		return
	}
	s.final = text
	if s.tell != nil {
		s.tell(text)
	}
}

// last is the last line that is not empty.
func (s *said) last() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.final
}
