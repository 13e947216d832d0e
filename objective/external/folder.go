package external

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// Names of what there is in a trial's folder.
const (
	trialFile  = "trial.json"
	resultFile = "result.json"
	reportFile = "report.jsonl"
	logFile    = "log.txt"
)

// folder is a trial's own.
type folder struct {
	path string
	log  *os.File
	kept bool
}

// openFolder makes a folder of a name below another, which is made, too; one that is there already is another trial's,
// and the name is given a number. Without one to be below it is a temporary one.
func openFolder(below, name string) (f folder, err error) {
	f.kept = below != ""
	if f.kept {
		f.path, err = makeBelow(below, name)
	} else {
		f.path, err = os.MkdirTemp("", "nassearch-trial-*")
	}
	if err == nil {
		f.log, err = os.OpenFile(filepath.Join(f.path, logFile), os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o644)
	}
	if err != nil {
		return f, &objective.OutageError{Err: fmt.Errorf("a folder for a trial: %w", err)}
	}
	return f, nil
}

func makeBelow(below, name string) (string, error) {
	below, err := filepath.Abs(below)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(below, 0o755); err != nil {
		return "", err
	}
	for n := 1; ; n++ {
		path := filepath.Join(below, name)
		if n > 1 {
			path += "." + strconv.Itoa(n)
		}
		if err := os.Mkdir(path, 0o755); !errors.Is(err, fs.ErrExist) {
			return path, err
		}
	}
}

// close closes the log, and removes a temporary folder.
func (f folder) close() {
	_ = f.log.Close() // nothing of ours is in it
	if !f.kept {
		_ = os.RemoveAll(f.path) // what cannot be removed is for the system to remove
	}
}

// keep writes what a program is told, for people who look into the folder later.
func (f folder) keep(t trial) error {
	if !f.kept {
		return nil
	}
	if err := os.WriteFile(f.file(trialFile), append(encode(t), '\n'), 0o644); err != nil {
		return &objective.OutageError{Err: fmt.Errorf("the folder of a trial: %w", err)}
	}
	return nil
}

// file is the path of one in the folder.
func (f folder) file(name string) string { return filepath.Join(f.path, name) }

// What is told of a log's end: of its last bytes so many lines, and so many bytes.
const (
	looked   = 8 << 10
	endLines = 3
	endBytes = 400
)

// end is how the log ends, in one line; empty if there is nothing in it.
func (f folder) end() string {
	info, err := f.log.Stat()
	if err != nil {
		return ""
	}
	text := make([]byte, min(info.Size(), looked))
	n, err := f.log.ReadAt(text, info.Size()-int64(len(text)))
	if err != nil && !errors.Is(err, io.EOF) {
		return ""
	}
	var lines []string
	for line := range bytes.Lines(text[:n]) {
		if line := strings.TrimSpace(strings.ToValidUTF8(string(line), "�")); line != "" {
			lines = append(lines, line)
		}
	}
	end := strings.Join(lines[max(0, len(lines)-endLines):], " / ")
	if len(end) > endBytes {
		end = "..." + strings.ToValidUTF8(end[len(end)-endBytes:], "")
	}
	return end
}

// saying adds how the log ends to what is said of a program.
func (f folder) saying(what string) string {
	if end := f.end(); end != "" {
		return fmt.Sprintf("%s after it had said %q", what, end)
	}
	return what + " without a word"
}

// digest names an architecture that has no number.
func digest(a space.Arch) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(a)))[:12] }
