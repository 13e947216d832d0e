package external

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/nassearch/nassearch/internal/plainfile"
	"github.com/nassearch/nassearch/internal/procgroup"
	"github.com/nassearch/nassearch/objective"
)

// exitPreempted is the exit code of a program that was interrupted by others: EX_TEMPFAIL of sysexits.h.
const exitPreempted = 75

// mostResult is the size of a result that is read.
const mostResult = 4 << 20

// runner starts a process for every trial.
type runner struct {
	command []string
	grace   time.Duration // between the request to end and the end
	left    func()        // is called where a program leaves something running
}

// ask runs the program for a trial.
func (r runner) ask(ctx context.Context, t trial, at slot, f folder) (out result, err error) {
	if err := os.Remove(f.file(resultFile)); err != nil && !os.IsNotExist(err) {
		return out, &objective.OutageError{Err: err}
	}
	cmd := exec.Command(r.command[0], r.command[1:]...)
	cmd.Stdout, cmd.Stderr = f.log, f.log
	cmd.Env = append(cmd.Environ(), at.env()...)
	cmd.Env = append(cmd.Env, "NASSEARCH_TRIAL="+string(encode(t)), "NASSEARCH_RESULT="+f.file(resultFile),
		"NASSEARCH_REPORT="+f.file(reportFile))
	p, err := procgroup.Start(cmd)
	if err != nil {
		return out, &objective.OutageError{Err: fmt.Errorf("it cannot be started: %w", err)}
	}
	p.Reap()
	select {
	case <-p.Gone():
	case <-ctx.Done():
		r.stop(p)
	}
	<-p.Gone()
	if cause := context.Cause(ctx); cause != nil {
		p.Purge()
		return out, cause
	}
	if p.State().Success() && remains(p, briefly) {
		r.left()
	}
	out, err = r.outcome(p.State(), f)
	if err != nil {
		p.Purge()
	} else {
		p.End()
	}
	return out, err
}

// outcome is what came of a program that has ended.
func (r runner) outcome(state *os.ProcessState, f folder) (out result, err error) {
	switch code := state.ExitCode(); {
	case code == exitPreempted:
		return out, errPreempted
	case code < 0:
		return out, errors.New(f.saying("it was ended (" + state.String() + "), perhaps for want of memory,"))
	case code > 0:
		return out, errors.New(f.saying(fmt.Sprintf("it ended (%v)", state)))
	}
	text, err := readAtMost(f.file(resultFile), mostResult)
	if errors.Is(err, os.ErrNotExist) {
		return out, errors.New(f.saying("it ended, as if all were well, and wrote no result to NASSEARCH_RESULT (what it " +
			"starts it has to wait for),"))
	}
	if err != nil {
		return out, fmt.Errorf("its result: %w", err)
	}
	return readResult(text)
}

// readAtMost reads a file that is not larger than it should be.
func readAtMost(path string, most int64) ([]byte, error) {
	f, err := plainfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close() // nothing was written
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(text)) > most {
		err = fmt.Errorf("it is of more than %d MB", most>>20)
	}
	return text, err
}

// Times between two looks at whether a group has ended, and that it has when its program has.
const (
	lookEvery = 20 * time.Millisecond
	briefly   = 100 * time.Millisecond
)

// remains says whether any of a group is left after a time.
func remains(p *procgroup.Program, patience time.Duration) bool {
	for end := time.Now().Add(patience); p.Left(); time.Sleep(lookEvery) {
		if time.Now().After(end) {
			return true
		}
	}
	return false
}

// stop has the program and all that it has started end, by a request and, after a while, by force.
func (r runner) stop(p *procgroup.Program) {
	p.Terminate()
	remains(p, r.grace)
	p.Kill()
}

// close has nothing to end: nothing stays.
func (runner) close() {}
