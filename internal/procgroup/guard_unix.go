//go:build unix

package procgroup

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// watching is what a guard does: it reads the number and the mark of a group, and waits. Unless it then reads a word
// before its input ends, as that of a process that is killed does, it ends what is left.
const watching = `trap '' INT TERM HUP
read -r group && read -r mark || exit
read -r over && exit
kill -s KILL -- "-$group" 2>/dev/null
for left in $(grep -lsF -- "$mark" /proc/[0-9]*/environ 2>/dev/null); do
	left=${left#/proc/}
	kill -s KILL "${left%/environ}" 2>/dev/null
done`

// guard is a shell that outlives this process. A nil one does nothing.
type guard struct {
	in   *os.File
	done chan struct{} // closed when it has ended
}

// newGuard starts a guard; nil if none can be started.
func newGuard() *guard {
	theirs, in, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer theirs.Close() // the guard has its own
	cmd := exec.Command("/bin/sh", "-c", watching)
	cmd.Stdin, cmd.Dir, cmd.Env = theirs, "/", []string{"PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		_ = in.Close() // nobody reads it
		return nil
	}
	g := &guard{in: in, done: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // how it ends says nothing
		close(g.done)
	}()
	return g
}

// watch names the group.
func (g *guard) watch(group int, mark string) {
	if g != nil {
		fmt.Fprintf(g.in, "%d\n%s\n", group, mark)
	}
}

// dismiss ends the guard without more. It may be called again.
func (g *guard) dismiss() {
	if g != nil {
		_, _ = g.in.WriteString("over\n") // it may have ended, or been dismissed
		_ = g.in.Close()
	}
}

// purge has the guard end what is left, and waits for that.
func (g *guard) purge() {
	if g != nil {
		_ = g.in.Close() // it may have been dismissed
		<-g.done
	}
}
