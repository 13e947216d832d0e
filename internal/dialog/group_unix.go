//go:build unix && !linux

package dialog

import (
	"os"
	"os/exec"
	"syscall"
)

// apart puts a program into a process group of its own.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// destroy ends all of a program's group, whose number nobody else gets while one of it is left.
func destroy(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // there may be nobody left
