//go:build unix

package procgroup

import (
	"os"
	"syscall"
)

// terminate asks all of a program's group to end.
func terminate(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGTERM) } // there may be nobody left

// destroy ends all of a program's group, whose number nobody else gets while one of it is left.
func destroy(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // there may be nobody left
