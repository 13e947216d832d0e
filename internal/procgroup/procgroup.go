// Package procgroup starts programs, each as the first of a process group of its own, and sees to it that nothing of a
// group is left: not when it should end, and not when this process is killed.
package procgroup

import (
	"crypto/rand"
	"os"
	"os/exec"
	"runtime"
	"sync"
)

// Mark is the variable of the environment by which processes are known that have left a program's group.
const Mark = "NASSEARCH_GROUP"

// Program is one that runs, with all that it has started.
type Program struct {
	cmd   *exec.Cmd
	guard *guard // nil where there is none
	reap  func()
	gone  chan struct{}
}

// Start starts a program in a group of its own, which no signal of a terminal reaches. Where this process is killed, a
// guard ends the group and what has left it. Where there is no sh to be the guard, Linux ends the program alone.
func Start(cmd *exec.Cmd) (*Program, error) {
	mark := Mark + "=" + rand.Text()
	cmd.Env = append(cmd.Environ(), mark)
	apart(cmd)
	reap := make(chan struct{})
	p := &Program{
		cmd: cmd, guard: newGuard(), reap: sync.OnceFunc(func() { close(reap) }), gone: make(chan struct{}),
	}
	started := make(chan error)
	go p.host(started, reap)
	if err := <-started; err != nil {
		p.guard.dismiss()
		return nil, err
	}
	p.guard.watch(cmd.Process.Pid, mark)
	return p, nil
}

// host starts the program and waits for it on a thread of its own: Linux takes the end of the thread that started a
// program for the end of the process.
func (p *Program) host(started chan<- error, reap <-chan struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := p.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	<-reap
	_ = p.cmd.Wait() // what came of it is in the state
	close(p.gone)
}

// Reap lets the system forget the program when it has ended. Until then nobody else gets its number.
func (p *Program) Reap() { p.reap() }

// Gone is closed when the program has ended after [Program.Reap]. What it has started may run on.
func (p *Program) Gone() <-chan struct{} { return p.gone }

// State says how the program ended, when it is gone.
func (p *Program) State() *os.ProcessState { return p.cmd.ProcessState }

// Terminate asks all of the group to end.
func (p *Program) Terminate() { terminate(p.cmd.Process) }

// Left says whether any of the group is running.
func (p *Program) Left() bool { return left(p.cmd.Process) }

// Kill ends all of the group.
func (p *Program) Kill() { destroy(p.cmd.Process) }

// End ends all of the group, over which nobody watches any more.
func (p *Program) End() {
	p.Kill()
	p.guard.dismiss()
}

// Purge ends all of the group and what has left it, as a daemon does, where the system tells the environment of
// processes, as Linux does.
func (p *Program) Purge() {
	p.Kill()
	p.guard.purge()
}
