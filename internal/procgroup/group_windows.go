package procgroup

import (
	"os"
	"os/exec"
	"syscall"
)

// apart puts a program into a process group of its own, which no Ctrl-C reaches.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// terminate ends a program: nobody asks one here.
func terminate(p *os.Process) { destroy(p) }

// left is not known of what a program has started.
func left(*os.Process) bool { return false }

// destroy ends a program. What it has started sees its own streams end.
func destroy(p *os.Process) { _ = p.Kill() } // it may have ended
