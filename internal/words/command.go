package words

import (
	"errors"
	"fmt"
	"os/exec"
	"strings"
)

// Command splits a line that names a program. Its error says what is wrong with it before anything is run; example is
// where a line is given, such as "--command 'python my.py'".
func Command(line, example string) ([]string, error) {
	all, err := Split(line)
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0 || all[0] == "":
		return nil, errors.New("it is empty: name a program, such as " + example)
	case strings.ContainsRune(line, 0):
		return nil, errors.New("it has a zero byte")
	}
	return all, nil
}

// Runnable returns an error if there is no such program, or if it may not be run.
func Runnable(program string) error {
	_, err := exec.LookPath(program)
	if why, ok := errors.AsType[*exec.Error](err); ok {
		err = why.Err
	}
	if err != nil {
		return fmt.Errorf("cannot run %q: %w", program, err)
	}
	return nil
}
