package users_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/objective/remote/users"
	"golang.org/x/crypto/bcrypt"
	"pgregory.net/rapid"
)

// hash is that of the password "guess".
const hash = "$2a$04$G8vx8BsZJShthbiUxfBMyO3FFlPyFZcBHYtQhqJvXVUuv7mnXG1Jm"

func TestUsersAreReadAsTheyStand(t *testing.T) {
	key, _, err := users.WithKey(users.Worker, "gpu-1")
	if err != nil {
		t.Fatal(err)
	}
	text := "# queue\n\n  client\tann  " + hash + "  # comes and goes\r\n" + key.String()
	got, err := users.Parse(strings.NewReader(text))
	want := []users.User{{Role: users.Client, Name: "ann", Hash: hash}, key}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestWhatIsNoUserIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "no users",
		"# client ann " + hash: "no users",
		"client ann":           "line 1: 2 words",
		"client ann b " + hash: "line 1: 4 words",
		"\nCLIENT ann " + hash: `line 2: role "CLIENT": want client or worker`,
		"wroker ann " + hash:   "worker?",
		"client a:b " + hash:   `name "a:b"`,
		"client ann guess":     "no public key",
		"client ann $1$x":      "neither a password's bcrypt hash",
		"client a " + hash + "\nworker a " + hash: "line 2: a is there already",
		"client " + strings.Repeat("a", 1<<17):    "too long",
	} {
		if _, err := users.Parse(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want %q", text, err, want)
		}
	}
}

func TestSecretHalfIsNotTaken(t *testing.T) {
	_, seed, err := users.WithKey(users.Client, "ann")
	if err != nil {
		t.Fatal(err)
	}
	_, err = users.Parse(strings.NewReader("client ann " + seed))
	if err == nil || strings.Contains(err.Error(), seed) {
		t.Errorf("error %v, want one that keeps the secret", err)
	}
}

func TestPasswordsAreKeptAsHashes(t *testing.T) {
	u, err := users.WithPassword(users.Worker, "gpu", "correct horse")
	if err != nil || bcrypt.CompareHashAndPassword([]byte(u.Hash), []byte("correct horse")) != nil {
		t.Errorf("%v: the hash is not that of the password", err)
	}
	for _, bad := range []string{"", strings.Repeat("a", 73), "a\nb"} {
		if _, err := users.WithPassword(users.Worker, "gpu", bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestAddingKeepsWhatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.txt")
	before := "# mine\nclient ann " + hash // without an end of line
	if err := os.WriteFile(path, []byte(before), 0o640); err != nil {
		t.Fatal(err)
	}
	u := users.User{Role: users.Worker, Name: "gpu", Hash: hash}
	if err := users.Add(path, u); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	if want := before + "\n" + u.String() + "\n"; string(text) != want {
		t.Errorf("%q, want %q", text, want)
	}
	if err := users.Add(path, u); err == nil || !strings.Contains(err.Error(), "gpu is there already") {
		t.Errorf("the same once more: error %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions %v %v", info.Mode(), err)
	}
}

func TestNewFileIsItsOwners(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.txt")
	if err := users.Add(path, users.User{Role: users.Worker, Name: "gpu", Hash: hash}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions %v %v", info.Mode(), err)
	}
}

// Whatever users there can be are read from a file as they were added.
func TestAddedUsersAreRead(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		dir, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			r.Fatal(err)
		}
		path := filepath.Join(dir, "users.txt")
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Za-z0-9._-]{1,20}`), 1, 5, rapid.ID).Draw(r, "names")
		var all []users.User
		for _, name := range names {
			role := rapid.SampledFrom([]users.Role{users.Client, users.Worker}).Draw(r, "role")
			u := users.User{Role: role, Name: name, Hash: hash}
			if rapid.Bool().Draw(r, "key") {
				if u, _, err = users.WithKey(role, name); err != nil {
					r.Fatal(err)
				}
			}
			if err := users.Add(path, u); err != nil {
				r.Fatal(err)
			}
			all = append(all, u)
		}
		got, err := users.Read(path)
		if diff := cmp.Diff(all, got); err != nil || diff != "" {
			r.Fatalf("%v %s", err, diff)
		}
	})
}

func FuzzUsers(f *testing.F) {
	f.Add("client ann " + hash)
	f.Add("worker gpu UA5WDCPAZGPM6BRYGPKYKAVY7A7TD36VXYMTRU4UTAMAHTPDDJLUY4Y5 # new")
	f.Fuzz(func(t *testing.T, text string) {
		all, err := users.Parse(strings.NewReader(text))
		if err != nil {
			return
		}
		var lines []string
		for _, u := range all {
			lines = append(lines, u.String())
		}
		again, err := users.Parse(strings.NewReader(strings.Join(lines, "\n")))
		if diff := cmp.Diff(all, again); err != nil || diff != "" {
			t.Errorf("%v %s", err, diff)
		}
	})
}
