package queue

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/pflag"
)

// seed is the secret half of a pair of keys that nobody uses.
const seed = "SUAKYRHVIOREXV7EUZTBHUHL7NUMHPMAS7QMDU3GTIUWEI5LDNOXD43IZY"

// parsed returns flags as a command line has them.
func parsed(t *testing.T, args ...string) *Flags {
	t.Helper()
	var q Flags
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	q.Register(f)
	if err := f.Parse(args); err != nil {
		t.Fatal(err)
	}
	return &q
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func nothing(string) bool { return false }

func TestAddressesAreReadWithoutWhoComes(t *testing.T) {
	t.Setenv(PasswordVariable, "from outside")
	for text, want := range map[string][3]string{
		"nats://host:4222":                   {"nats://host:4222", "", ""},
		"host":                               {"nats://host", "", ""},
		"[::1]:4222":                         {"nats://[::1]:4222", "", ""},
		"tls://ann@host:4222":                {"tls://host:4222", "ann", "from outside"},
		"nats://ann:p%40ss@host":             {"nats://host", "ann", "p@ss"},
		"nats://ann@one:1, nats://ann@two:2": {"nats://one:1,nats://two:2", "ann", "from outside"},
	} {
		q := parsed(t, "--queue", text)
		o, err := q.options(nothing)
		if got := [3]string{o.URL, o.User, o.Password}; err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", text, got, err, want)
		}
		if q.Address() != want[0] {
			t.Errorf("%s is told as %s", text, q.Address())
		}
	}
}

func TestWhatIsNoAddressIsAMistake(t *testing.T) {
	for _, text := range []string{"http://host", "nats://", "", "nats://ann:secret@host:x", "nats://a:secret@"} {
		_, err := parsed(t, "--queue", text).options(nothing)
		if _, ok := errors.AsType[*usage.Error](err); !ok || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestPasswordsStandOnNoCommandLine(t *testing.T) {
	q := parsed(t, "--queue", "nats://ann:secret@host")
	_, err := q.options(func(flag string) bool { return flag == "queue" })
	if _, ok := errors.AsType[*usage.Error](err); !ok || strings.Contains(err.Error(), "secret@") {
		t.Errorf("error %v", err)
	}
	if o, err := q.options(nothing); err != nil || o.Password != "secret" {
		t.Errorf("from elsewhere: %q %v", o.Password, err)
	}
}

func TestCredentialsAreKeysOrPasswords(t *testing.T) {
	for text, want := range map[string][3]string{
		seed:                           {"", "", seed},
		"\n# mine\n " + seed + " \r\n": {"", "", seed},
		"gpu:correct:horse\n":          {"gpu", "correct:horse", ""},
	} {
		q := parsed(t, "--queue", "nats://ann@host", "--credentials", write(t, text))
		o, err := q.options(nothing)
		if got := [3]string{o.User, o.Password, o.Seed}; err != nil || got != want {
			t.Errorf("%q: %q %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", "# none", "word", ":", "a:", ":b", strings.Repeat("x", largest+1)} {
		if _, err := parsed(t, "--credentials", write(t, text)).options(nothing); err == nil {
			t.Errorf("%.20q is taken", text)
		}
	}
	if _, err := parsed(t, "--credentials", t.TempDir()).options(nothing); err == nil {
		t.Error("a folder is taken")
	}
}

func TestWhatVouchesForNobodyIsAnError(t *testing.T) {
	for _, path := range []string{write(t, "word"), t.TempDir(), filepath.Join(t.TempDir(), "absent")} {
		if _, err := parsed(t, "--tls-ca", path).options(nothing); err == nil || !strings.Contains(err.Error(), "--tls-ca") {
			t.Errorf("%s: error %v", path, err)
		}
	}
}

func FuzzAddress(f *testing.F) {
	f.Add("nats://ann:secret@host:4222,tls://[::1]")
	f.Add("host:4222")
	f.Fuzz(func(t *testing.T, text string) {
		o, _, err := addresses(text)
		if err != nil {
			return
		}
		again, secret, err := addresses(o.URL)
		if err != nil || secret || again.URL != o.URL || again.User != "" {
			t.Errorf("%q is %q, and that %q (%v)", text, o.URL, again.URL, err)
		}
	})
}
