package external

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/nassearch/nassearch/internal/dialog"
	"github.com/nassearch/nassearch/objective"
)

// server asks programs that stay, one a slot.
type server struct {
	command []string
	grace   time.Duration
	metrics []told
	report  func(t trial, line []byte) // takes what is reported of a trial

	mutex sync.Mutex
	stay  map[int]*resident // by the number of the slot
}

// resident is a program that stays. Whoever has its slot is the only one that asks it.
type resident struct {
	talk *dialog.Program
	log  *currentLog
}

// currentLog is that of the trial under way, and after it until another begins: what a program says before it answers
// may be read after the answer.
type currentLog struct {
	mutex sync.Mutex
	file  *os.File // its own; nil if there is none
}

// begin turns to the log of a trial's folder.
func (l *currentLog) begin(f folder) {
	file, err := os.OpenFile(f.file(logFile), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		file = nil // a log that cannot be written ends no trial
	}
	l.turn(file)
}

// end turns from the log that is there, if there is one.
func (l *currentLog) end() { l.turn(nil) }

func (l *currentLog) turn(to *os.File) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.file != nil {
		_ = l.file.Close()
	}
	l.file = to
}

// say writes what a program says on standard error.
func (l *currentLog) say(line string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.file != nil {
		_, _ = l.file.WriteString(line + "\n") // a log that cannot be written ends no trial
	}
}

// message is any line of a program's that stays: ready, a report, a result, or that it was preempted.
type message struct {
	Type     string `json:"type"`
	Protocol int    `json:"protocol"`
	result
	Progress jsontext.Value `json:"progress"`
	Note     string         `json:"note"`
}

// asking is a trial as a line.
type asking struct {
	Type  string `json:"type"`
	Trial trial  `json:",embed"`
}

// ask asks the program in a slot, which is started if there is none. One that does not answer, or answers what it
// should not, is ended, and the next trial has a new one.
func (s *server) ask(ctx context.Context, t trial, at slot, f folder) (out result, err error) {
	p, err := s.resident(at)
	if err != nil {
		return out, err
	}
	p.log.begin(f)
	if !f.kept {
		defer p.log.end() // or the folder could not be removed everywhere
	}
	if p.talk == nil {
		if err := s.start(ctx, p, at); err != nil {
			s.leave(at, p)
			return out, err
		}
	}
	if out, err = s.question(ctx, p, t); err != nil && !errors.Is(err, errPreempted) {
		s.leave(at, p)
	}
	return out, err
}

// resident is the program in a slot, which may have to be started.
func (s *server) resident(at slot) (*resident, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.stay == nil {
		return nil, &objective.OutageError{Err: errors.New("it has been ended")}
	}
	p := s.stay[at.number]
	if p == nil {
		p = &resident{log: new(currentLog)}
		s.stay[at.number] = p
	}
	return p, nil
}

// leave ends the program in a slot.
func (s *server) leave(at slot, p *resident) {
	if p.talk != nil {
		p.talk.Stop()
	}
	p.log.end()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.stay, at.number)
}

// start starts the program and hears that it is ready.
func (s *server) start(ctx context.Context, p *resident, at slot) (err error) {
	config := dialog.Config{
		Command: s.command, Longest: mostResult, Say: p.log.say, Env: at.env(), Grace: s.grace,
	}
	if p.talk, err = dialog.Start(config); err != nil {
		return &objective.OutageError{Err: fmt.Errorf("it cannot be started: %w", err)}
	}
	greeting := hello{Type: "hello", Protocol: protocol, Metrics: s.metrics, Worker: at.number, Slot: at.name}
	m, err := exchange(ctx, p, greeting)
	switch {
	case err != nil:
		return err
	case m.Type != "ready":
		return fmt.Errorf("it begins with %q: want ready, with the version of the protocol", m.Type)
	case m.Protocol != protocol:
		return fmt.Errorf("it speaks version %d of the protocol: want %d", m.Protocol, protocol)
	}
	return nil
}

// question asks for a trial, and hears what is reported of it until there is a result.
func (s *server) question(ctx context.Context, p *resident, t trial) (out result, err error) {
	m, err := exchange(ctx, p, asking{"trial", t})
	for ; err == nil; m, err = receive(ctx, p) {
		switch m.Type {
		case "result":
			return m.result, nil
		case "preempted":
			return out, errPreempted
		case "report":
			s.report(t, encode(report{Note: m.Note, Values: m.Values, Progress: share(m.Progress)}))
		default:
			return out, fmt.Errorf("it answers with %q: want result, report or preempted", m.Type)
		}
	}
	return out, err
}

// share is a number that is reported, if it is one.
func share(text jsontext.Value) *float64 {
	var v float64
	if text.Kind() != '0' || json.Unmarshal(text, &v) != nil {
		return nil
	}
	return &v
}

func exchange(ctx context.Context, p *resident, what any) (message, error) {
	if err := p.talk.Send(ctx, append(encode(what), '\n')); err != nil {
		return message{}, err
	}
	return receive(ctx, p)
}

// receive reads a line that is not empty.
func receive(ctx context.Context, p *resident) (m message, err error) {
	var line []byte
	for len(bytes.TrimSpace(line)) == 0 {
		if line, err = p.talk.Receive(ctx); err != nil {
			return m, err
		}
	}
	if err := unmarshal(line, &m); err != nil {
		return m, fmt.Errorf("it writes %s, which is no message (what is printed belongs to standard error): %w",
			clipped(line), err)
	}
	return m, nil
}

// close ends all programs, and starts no more.
func (s *server) close() {
	s.mutex.Lock()
	all := s.stay
	s.stay = nil
	s.mutex.Unlock()
	var ending sync.WaitGroup
	for _, p := range all {
		ending.Go(func() {
			if p.talk != nil {
				p.talk.Close()
			}
			p.log.end()
		})
	}
	ending.Wait()
}
