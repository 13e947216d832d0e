package server

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// notes takes what a NATS server logs. Most of it is of no interest to who runs a search.
type notes struct {
	warn  func(text string)
	fatal chan error // holds the first error after which the server is of no use

	mu     sync.Mutex
	recent string
}

// fullError is that there is no room to write.
type fullError struct{ text string }

func (e *fullError) Error() string {
	return "there is no room for more (" + e.text + "): make some and serve again; what was acknowledged is there, and " +
		"studies and workers go on then"
}

// full are words of messages that say that there is no room: on the disk, or in the three quarters of what was free of
// it that a server takes.
var full = []string{"no space left", "quota exceeded", "resource limits exceeded"}

// Noticef, Debugf and Tracef are of no interest.
func (*notes) Noticef(string, ...any) {}

// Debugf passes over a message.
func (*notes) Debugf(string, ...any) {}

// Tracef passes over a message.
func (*notes) Tracef(string, ...any) {}

// Warnf tells a message, and sees whether it says that the disk is full: the server itself goes on, but writes nothing
// to that stream until it is started again.
func (n *notes) Warnf(format string, args ...any) {
	text := strings.TrimSpace(fmt.Sprintf(format, args...))
	n.mu.Lock()
	n.recent = text
	n.mu.Unlock()
	if slices.ContainsFunc(full, func(words string) bool { return strings.Contains(text, words) }) {
		n.end(&fullError{text})
		return
	}
	if n.warn != nil {
		n.warn(text)
	}
}

// Errorf is as Warnf.
func (n *notes) Errorf(format string, args ...any) { n.Warnf(format, args...) }

// Fatalf ends the server.
func (n *notes) Fatalf(format string, args ...any) { n.end(fmt.Errorf(format, args...)) }

// end keeps the first error.
func (n *notes) end(err error) {
	select {
	case n.fatal <- err:
	default:
	}
}

// last is the last message in brackets, or nothing.
func (n *notes) last() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.recent == "" {
		return ""
	}
	return " (" + n.recent + ")"
}
