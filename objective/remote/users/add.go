package users

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/filelock"
	"github.com/nats-io/nkeys"
	"golang.org/x/crypto/bcrypt"
)

// cost is that of a password's hash: about a twentieth of a second of one core for each connection that is made.
const cost = 10

// longest is all of a password that bcrypt looks at, in bytes.
const longest = 72

// WithPassword returns a user who proves to be one by a password.
func WithPassword(role Role, name, password string) (User, error) {
	switch {
	case password == "":
		return User{}, errors.New("the password is empty")
	case len(password) > longest:
		return User{}, fmt.Errorf("the password has %d bytes: want at most %d", len(password), longest)
	case strings.ContainsFunc(password, func(c rune) bool { return c < ' ' }):
		return User{}, errors.New("the password has characters that cannot be seen: want one line of text")
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), cost)
	u := User{Role: role, Name: name, Hash: string(hash)}
	return u, errors.Join(err, u.Check())
}

// WithKey returns a user who proves to be one by the secret half of a new key pair, and that half, which is called a
// seed.
func WithKey(role Role, name string) (u User, seed string, err error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return u, "", err
	}
	public, publicErr := pair.PublicKey()
	secret, err := pair.Seed()
	u = User{Role: role, Name: name, Key: public}
	return u, string(secret), errors.Join(publicErr, err, u.Check())
}

// Add puts a user into a file behind those who are there. A file that is not there is made, for its owner to read.
func Add(path string, u User) error {
	if err := u.Check(); err != nil {
		return err
	}
	guard, err := filelock.Beside(path)
	if err != nil {
		return err
	}
	if guard == nil {
		return fmt.Errorf("users file %s: another process adds to it: try again", path)
	}
	return errors.Join(add(path, u), guard.Release())
}

func add(path string, u User) error {
	before, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		before = []byte("# Users of a queue: role, name, and the bcrypt hash of a password or a public key.\n")
		if err := os.WriteFile(path, before, 0o600); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		there, err := Read(path)
		if err != nil {
			return err
		}
		if err := distinct(there, u); err != nil {
			return fmt.Errorf("users file %s: %w", path, err)
		}
	}
	text := string(before)
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text+u.String()+"\n")
		return err
	})
}
