package procgroup

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// apart puts a program into a process group of its own, and has the kernel end it with this process.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// left says whether any of a program's group runs. One that has ended and that its parent, which may be a first process
// that looks after nobody, has not asked after counts as a member, but does not run.
func left(p *os.Process) bool {
	if syscall.Kill(-p.Pid, 0) != nil {
		return false
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return true
	}
	group := []byte(strconv.Itoa(p.Pid))
	for _, path := range stats {
		stat, _ := os.ReadFile(path) // of one that has ended in the meantime: nothing
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) > 2 && bytes.Equal(fields[2], group) && fields[0][0] != 'Z' {
			return true
		}
	}
	return false
}
