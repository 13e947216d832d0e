package serve

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/queue"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/remote/users"
	"golang.org/x/term"
)

// addUser adds a user to the file.
func (o *options) addUser() error {
	role, name, _ := strings.Cut(o.add, ":")
	switch {
	case o.users == "":
		return usage.Mark(errors.New("--add-user: name the file of users by --users"))
	case o.store != "":
		return usage.Mark(errors.New("--store has no meaning with --add-user, which ends when the user is added"))
	case role != string(users.Client) && role != string(users.Worker):
		return usage.Mark(fmt.Errorf("--add-user %q: want client:NAME or worker:NAME", o.add))
	}
	u, err := o.newUser(users.Role(role), name)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.Stdout, "user     %s is a %s in %s\n", u.Name, u.Role, o.users)
	return err
}

// newUser adds a user with a key that is written, or with a password that is read.
func (o *options) newUser(role users.Role, name string) (u users.User, err error) {
	if o.credentials == "" {
		password, err := readPassword(o.Stderr)
		if err == nil {
			u, err = users.WithPassword(role, name, password)
		}
		if err != nil {
			return u, usage.Mark(fmt.Errorf("--add-user: %w", err))
		}
		return u, users.Add(o.users, u)
	}
	u, seed, err := users.WithKey(role, name)
	if err != nil {
		return u, usage.Mark(fmt.Errorf("--add-user: %w", err))
	}
	// A secret takes no other's place, and whoever made the file may read it.
	f, err := os.OpenFile(o.credentials, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return u, fmt.Errorf("--write-credentials: %w", err)
	}
	_, err = f.WriteString(seed + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = users.Add(o.users, u)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(o.credentials))
	}
	return u, err
}

// readPassword returns the environment's password, or else asks for one on a terminal, or takes the first line of the
// standard input.
func readPassword(ask io.Writer) (string, error) {
	if p := os.Getenv(queue.PasswordVariable); p != "" {
		return p, nil
	}
	fd := int(os.Stdin.Fd())
	if !term.IsTerminal(fd) {
		line, err := bufio.NewReader(os.Stdin).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return strings.TrimRight(line, "\r\n"), err
	}
	fmt.Fprint(ask, "password: ")
	password, err := term.ReadPassword(fd)
	fmt.Fprintln(ask)
	return string(password), err
}
