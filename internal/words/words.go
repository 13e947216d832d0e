// Package words splits a command line into the program and its arguments, without a shell.
package words

import (
	"errors"
	"fmt"
	"strings"
)

// shell are characters that mean something to a shell, and nothing here.
const shell = "|&;<>$`"

// Split returns the words of a command line. Blanks part words. What stands in '...' is taken as it is; so is what
// stands in "...", where \" is a quote and \\ a backslash. Elsewhere a backslash before a blank, a quote, a backslash
// or a character of the shell's takes that as it is; every other backslash is itself, so that paths of Windows need no
// more. Nothing is expanded. Characters that mean something to a shell are an error outside quotes: nothing would be
// done about them.
func Split(line string) ([]string, error) {
	s := splitter{rest: []rune(line)}
	for len(s.rest) > 0 {
		if err := s.step(); err != nil {
			return nil, err
		}
	}
	s.end()
	return s.words, nil
}

// splitter is within a line.
type splitter struct {
	rest  []rune
	words []string
	word  strings.Builder
	begun bool // a word, which may be empty in quotes
}

// step takes the next character, with all that belongs to it.
func (s *splitter) step() error {
	c := s.rest[0]
	s.rest = s.rest[1:]
	switch {
	case strings.ContainsRune(" \t\r\n", c):
		s.end()
		return nil
	case c == '\'' || c == '"':
		s.begun = true
		return s.quoted(c)
	case c == '\\' && s.next(" \t'\"\\"+shell):
		c, s.rest = s.rest[0], s.rest[1:]
	case strings.ContainsRune(shell, c):
		return fmt.Errorf("%c means nothing, for no shell reads it: put it in quotes, or write sh -c '...'", c)
	}
	s.begun = true
	s.word.WriteRune(c)
	return nil
}

// quoted takes everything up to the closing quote.
func (s *splitter) quoted(quote rune) error {
	for len(s.rest) > 0 {
		c := s.rest[0]
		s.rest = s.rest[1:]
		if c == quote {
			return nil
		}
		if quote == '"' && c == '\\' && s.next(`"\`) {
			c, s.rest = s.rest[0], s.rest[1:]
		}
		s.word.WriteRune(c)
	}
	return errors.New("a quote is not closed")
}

// next says whether the next character is one of some.
func (s *splitter) next(of string) bool {
	return len(s.rest) > 0 && strings.ContainsRune(of, s.rest[0])
}

// end ends a word.
func (s *splitter) end() {
	if s.begun {
		s.words = append(s.words, s.word.String())
		s.word.Reset()
		s.begun = false
	}
}
