package dialog

import (
	"os"
	"os/exec"
	"syscall"
)

// apart puts a program into a process group of its own, and has the kernel end it with this process.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// destroy ends all of a program's group, whose number nobody else gets while one of it is left.
func destroy(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // there may be nobody left
