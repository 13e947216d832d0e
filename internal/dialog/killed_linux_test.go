package dialog_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// A program ends with the process that started it, however that ends.
func TestNothingIsLeftOfAKilledProcess(t *testing.T) {
	owner := exec.Command(os.Args[0], "owner")
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	program := parentOf(t, child)
	if program == owner.Process.Pid {
		t.Fatalf("%d is the owner's child, want its child's", child)
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait() // it was killed
	if alive(t, program) {
		t.Errorf("the program %d is left", program)
	}
	if p, err := os.FindProcess(child); err == nil {
		_ = p.Kill() // nobody ends the program's children, which must look for themselves
	}
}

// parentOf returns the number of a process's parent.
func parentOf(t *testing.T, pid int) int {
	t.Helper()
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(stat), ") ")
	parent, err := strconv.Atoi(strings.Fields(after)[1])
	if err != nil {
		t.Fatal(err)
	}
	return parent
}
