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

// A program ends with the process that started it, however that ends, and so does what the program has started.
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
	for who, pid := range map[string]int{"the program": program, "its child": child} {
		if alive(t, pid) {
			t.Errorf("%s %d is left", who, pid)
		}
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
