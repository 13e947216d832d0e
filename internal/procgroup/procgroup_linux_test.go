package procgroup_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/procgroup"
)

// TestMain is a program that owns another, too, with its command behind the word own.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "own" {
		cmd := exec.Command("/bin/sh", "-c", os.Args[2])
		cmd.Stdout = os.Stdout
		if _, err := procgroup.Start(cmd); err != nil {
			panic(err)
		}
		time.Sleep(time.Hour)
	}
	os.Exit(m.Run())
}

// family is a program with a child, and one that has left the group; it tells the three numbers.
const family = `sleep 1000 & setsid sh -c 'echo $$; exec sleep 1000' & echo $! $$; wait`

// numbers reads so many numbers of processes.
func numbers(t *testing.T, r io.Reader, n int) (pids []int) {
	t.Helper()
	words := bufio.NewScanner(r)
	words.Split(bufio.ScanWords)
	for len(pids) < n && words.Scan() {
		pid, err := strconv.Atoi(words.Text())
		if err != nil {
			t.Fatal(err)
		}
		pids = append(pids, pid)
	}
	if len(pids) < n {
		t.Fatalf("numbers %v, want %d", pids, n)
	}
	return pids
}

// alive waits a moment for a process to end, and says whether it did not.
func alive(pid int) bool {
	for range 300 {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return false
		}
		time.Sleep(10 * time.Millisecond)
	}
	return true
}

func gone(t *testing.T, pids []int) {
	t.Helper()
	for _, pid := range pids {
		if alive(pid) {
			t.Errorf("process %d is left of %v", pid, pids)
		}
	}
}

func TestNothingIsLeftOfAKilledProcess(t *testing.T) {
	owner := exec.Command(os.Args[0], "own", family)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	pids := numbers(t, out, 3)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // it was killed
	gone(t, pids)
}

// start starts a shell that says some numbers of processes.
func start(t *testing.T, script string, n int) (*procgroup.Program, []int) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Stdout = w
	p, err := procgroup.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Purge)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return p, numbers(t, r, n)
}

func TestPurgeEndsWhatHasLeftTheGroup(t *testing.T) {
	p, pids := start(t, family, 3)
	p.Reap()
	p.Purge()
	<-p.Gone()
	gone(t, pids)
	if p.Left() {
		t.Error("some of the group is left")
	}
}

func TestEndLeavesWhatHasLeftTheGroup(t *testing.T) {
	p, pids := start(t, `setsid sh -c 'echo $$; exec sleep 1000'`, 1)
	p.Reap()
	p.End()
	<-p.Gone()
	if !alive(pids[0]) {
		t.Error("what has left the group ended with it")
	}
	if daemon, err := os.FindProcess(pids[0]); err == nil {
		_ = daemon.Kill() // it may have ended
	}
}

func TestWhatIsLeftOfAGroupIsTold(t *testing.T) {
	p, pids := start(t, `sleep 1000 & echo $!`, 1)
	p.Reap()
	<-p.Gone()
	if !p.Left() {
		t.Error("the child is not seen")
	}
	p.Terminate()
	gone(t, pids)
	if p.Left() {
		t.Error("the child has ended, and is seen")
	}
	if code := p.State().ExitCode(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	p.End()
	p.End()
}

func TestWhatCannotBeStartedLeavesNothing(t *testing.T) {
	if _, err := procgroup.Start(exec.Command("/no/such/program")); err == nil {
		t.Error("there is no such program")
	}
}
