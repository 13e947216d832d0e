//go:build unix && !linux

package procgroup

import (
	"os"
	"os/exec"
	"syscall"
)

// apart puts a program into a process group of its own.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// left says whether there is any of a program's group.
func left(p *os.Process) bool { return syscall.Kill(-p.Pid, 0) == nil }
