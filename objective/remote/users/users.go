// Package users has the file that says who may connect to a queue, and as what.
//
// A line is a user: a role, a name, and what proves that somebody is this user, which is the bcrypt hash of a password
// or the public half of a pair of keys of NATS. What stands behind # is a comment. The file holds no secret that lets
// anybody in.
package users

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/internal/plainfile"
	"github.com/nats-io/nkeys"
	"golang.org/x/crypto/bcrypt"
)

// Role is what a user may do.
type Role string

// A client files work and reads results. A worker takes work and writes results.
const (
	Client Role = "client"
	Worker Role = "worker"
)

// roles are all that there are.
var roles = []string{string(Client), string(Worker)}

// User may connect.
type User struct {
	Role Role
	Name string
	Hash string // of the password, by bcrypt; empty with a key
	Key  string // public; empty with a password
}

// Check returns an error for a user that there cannot be.
func (u User) Check() error {
	if !slices.Contains(roles, string(u.Role)) {
		return fmt.Errorf("role %q: want %s%s", u.Role, strings.Join(roles, " or "), nearest.Hint(string(u.Role), roles))
	}
	if u.Name == "" || strings.ContainsFunc(u.Name, func(c rune) bool { return !nameable(c) }) {
		return fmt.Errorf("name %q: want letters, digits, '-', '_' and '.' alone", u.Name)
	}
	if u.Key != "" {
		if !nkeys.IsValidPublicUserKey(u.Key) {
			return fmt.Errorf("the key of %s is no public key of a user: want one such as U and 55 letters and digits", u.Name)
		}
		return nil
	}
	if _, err := bcrypt.Cost([]byte(u.Hash)); err != nil {
		return fmt.Errorf("%s has neither a password's bcrypt hash nor a public key: add users by 'nassearch serve "+
			"--add-user', which never keeps passwords themselves", u.Name)
	}
	return nil
}

// nameable says whether a character may stand in a name, which is part of addresses.
func nameable(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_.", c)
}

// String is the user's line of a file.
func (u User) String() string { return fmt.Sprintf("%s %s %s", u.Role, u.Name, u.Hash+u.Key) }

// Read returns the users in a file. That there is none is an error.
func Read(path string) ([]User, error) {
	f, err := plainfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, fmt.Errorf("users file: %w", err)
	}
	defer f.Close()
	all, err := Parse(f)
	if err != nil {
		return nil, fmt.Errorf("users file %s: %w", path, err)
	}
	return all, nil
}

// Parse reads users, one a line.
func Parse(r io.Reader) (all []User, err error) {
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		u, err := user(words)
		if err == nil {
			err = distinct(all, u)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, u)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("it has no users, and nobody could connect: add one by 'nassearch serve --add-user'")
	}
	return all, nil
}

// user reads a line.
func user(words []string) (u User, err error) {
	if len(words) != 3 {
		return u, fmt.Errorf("%d words: want a role, a name, and a password's bcrypt hash or a public key", len(words))
	}
	u = User{Role: Role(words[0]), Name: words[1]}
	if strings.HasPrefix(words[2], "$") {
		u.Hash = words[2]
	} else {
		u.Key = words[2]
	}
	return u, u.Check()
}

// distinct returns an error for a user who could not be told from one that is there.
func distinct(there []User, u User) error {
	for _, other := range there {
		if other.Name == u.Name {
			return fmt.Errorf("%s is there already: choose another name, or remove its line first", u.Name)
		}
		if u.Key != "" && other.Key == u.Key {
			return fmt.Errorf("%s has the key of %s: make one for each", u.Name, other.Name)
		}
	}
	return nil
}
