// Package progress shows on a terminal how far something is that takes long.
package progress

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// patience is how long nothing is shown of what may be quick.
const patience = 2 * time.Second

// Bar is a line that says how far something is and how long the rest will take, if it takes as long as what is done. It
// appears after two seconds, and only on a terminal. One goroutine at a time may use it.
type Bar struct {
	terminal io.Writer // nil if there is none
	at       state
	drawn    atomic.Pointer[state] // what the line shows
	bars     *mpb.Progress
	bar      *mpb.Bar
}

// state is how far it is at a time.
type state struct {
	what                string // the name of one piece
	done, before, total int    // pieces; before are those of them that an earlier process did
	began, now          time.Time
	note                string        // what else there is to say
	status              func() string // says what is under way; nil if nobody does
	uncounted           bool          // only the note is shown
}

// New returns a bar on w.
func New(w io.Writer) *Bar {
	b := &Bar{at: state{began: time.Now()}}
	b.update()
	if IsTerminal(w) {
		b.terminal = w
	}
	return b
}

// IsTerminal tells whether w is one.
func IsTerminal(w io.Writer) bool {
	_, ok := terminal(w)
	return ok
}

// terminal returns the descriptor of a terminal, also of one inside of another writer; false for none.
func terminal(w io.Writer) (fd int, ok bool) {
	switch w := w.(type) {
	case interface{ Unwrap() io.Writer }:
		return terminal(w.Unwrap())
	case interface{ Fd() uintptr }:
		return int(w.Fd()), term.IsTerminal(int(w.Fd()))
	}
	return 0, false
}

// Columns is how many a terminal has; 0 for what is none, or does not say.
func Columns(w io.Writer) int {
	fd, ok := terminal(w)
	if !ok {
		return 0
	}
	columns, _, err := term.GetSize(fd)
	if err != nil {
		return 0
	}
	return columns
}

// Terminal tells whether the bar has one.
func (b *Bar) Terminal() bool { return b.terminal != nil }

// Start begins to count total pieces, of which an earlier process did some.
func (b *Bar) Start(what string, before, total int) {
	now := time.Now()
	b.at = state{
		what: what, done: before, before: before, total: total, began: now, now: now, status: b.at.status,
	}
	b.update()
}

// Along has the bar say what is under way, as it is whenever it is drawn; nil says nothing.
func (b *Bar) Along(status func() string) {
	b.at.status = status
	b.update()
}

// Show draws the bar from now on, for what is known to take long.
func (b *Bar) Show() {
	if b.terminal != nil && b.bar == nil {
		b.draw()
	}
}

// Add counts another piece.
func (b *Bar) Add() { b.Set(b.at.done+1, "") }

// Set says how many pieces are done, with those of an earlier process, and what else there is to say.
func (b *Bar) Set(done int, format string, args ...any) {
	if b.terminal == nil {
		return
	}
	b.at.done, b.at.note, b.at.now = done, plain.Text(fmt.Sprintf(format, args...)), time.Now()
	b.update()
	if b.bar == nil && b.at.now.Sub(b.at.began) >= patience {
		b.draw()
	}
}

// Say shows a text in place of the count.
func (b *Bar) Say(text string) {
	b.at.note, b.at.uncounted = plain.Text(text), true
	b.update()
}

// Close takes the bar away.
func (b *Bar) Close() {
	if b.bar != nil {
		b.bar.Abort(true)
		b.bars.Wait()
		b.bar = nil
	}
}

// update hands what is known to the goroutine that draws.
func (b *Bar) update() {
	at := b.at
	b.drawn.Store(&at)
	if b.bar != nil {
		b.bar.SetTotal(int64(at.total)+1, false) // never full: it is taken away at the end
		b.bar.SetCurrent(int64(at.done))
	}
}

func (b *Bar) draw() {
	before := decor.Any(func(decor.Statistics) string { return b.drawn.Load().count() })
	after := decor.Any(func(decor.Statistics) string { return b.drawn.Load().rest(time.Now()) })
	b.bars = mpb.New(mpb.WithOutput(b.terminal), mpb.WithWidth(40))
	b.bar = b.bars.AddBar(0, mpb.PrependDecorators(before), mpb.AppendDecorators(after))
	b.update()
}

func (s *state) count() string {
	if s.uncounted {
		return s.note + " "
	}
	return s.what + " " + numeral.Thousands(s.done) + " of " + numeral.Thousands(s.total) + " "
}

// rest is what follows the bar: the time left, which runs down while a piece takes its time, and the note.
func (s *state) rest(now time.Time) string {
	if s.uncounted {
		return ""
	}
	text := ""
	if fresh := s.done - s.before; fresh > 0 && s.done < s.total {
		each := s.now.Sub(s.began) / time.Duration(fresh)
		left := max(each*time.Duration(s.total-s.done)-now.Sub(s.now), 0)
		text = " " + left.Round(time.Second).String() + " left"
	}
	if s.note != "" {
		text += " · " + s.note
	}
	if s.status != nil {
		if under := plain.Text(s.status()); under != "" {
			text += " · " + under
		}
	}
	return text
}
