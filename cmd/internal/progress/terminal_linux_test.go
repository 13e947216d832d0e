package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTerminalGetsTheBar reads what a bar writes to a pseudo-terminal.
func TestTerminalGetsTheBar(t *testing.T) {
	master, terminal := openTerminal(t)
	seen := make(chan string)
	go func() {
		text, _ := io.ReadAll(master) // ends with an error when the terminal is closed
		seen <- string(text)
	}()
	b := New(terminal)
	if !b.Terminal() {
		t.Fatal("the pseudo-terminal is not taken for one")
	}
	b.Along(func() string { return "one half\x1b done" })
	b.Start("piece", 1, 300)
	b.Show()
	b.Set(299, "all well")
	b.Close()
	terminal.Close()
	got := <-seen
	for _, want := range []string{"piece 299 of 300 ", "all well", " · one half"} {
		if !strings.Contains(got, want) {
			t.Errorf("the terminal shows %q, want %q", got, want)
		}
	}
	if strings.Contains(got, "half\x1b done") {
		t.Errorf("the terminal is told what moves it: %q", got)
	}
}

func TestQuickWorkShowsNothing(t *testing.T) {
	master, terminal := openTerminal(t)
	seen := make(chan string)
	go func() {
		text, _ := io.ReadAll(master)
		seen <- string(text)
	}()
	b := New(terminal)
	b.Start("piece", 0, 2)
	b.Add()
	b.Add()
	b.Close()
	terminal.Close()
	if got := <-seen; got != "" {
		t.Errorf("the terminal shows %q, want nothing", got)
	}
}

// openTerminal makes a pseudo-terminal of 80 columns.
func openTerminal(t *testing.T) (master, terminal *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { master.Close() })
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	t.Cleanup(func() { terminal.Close() })
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 100}); err != nil {
		t.Fatal(err)
	}
	return master, terminal
}
