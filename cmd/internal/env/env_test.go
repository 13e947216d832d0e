package env_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/plain"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"pgregory.net/rapid"
)

// options are those of a command for tests.
type options struct {
	Budget int
	Lists  []string
	Pairs  map[string]string
	Given  bool // the budget stood on the command line
	Set    bool // some layer has the budget
}

// run returns the options of a command line in a folder of its own with a configuration file.
func run(t *testing.T, file string, args ...string) (o options, err error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if file != "" {
		if err := os.WriteFile("nassearch.yaml", []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	e := env.New(args, io.Discard, io.Discard)
	var pairs env.Pairs
	root := &cobra.Command{SilenceErrors: true, SilenceUsage: true}
	cmd := &cobra.Command{Use: "run", RunE: func(cmd *cobra.Command, _ []string) (err error) {
		o.Given, o.Set = e.Given("budget"), cmd.Flags().Changed("budget")
		o.Pairs, err = pairs.Map("option")
		return err
	}}
	other := &cobra.Command{Use: "other", RunE: func(*cobra.Command, []string) error { return nil }}
	other.Flags().String("others", "", "")
	e.Register(root)
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return errors.Join(e.Configure(cmd), e.StartLog()) }
	cmd.Flags().IntVar(&o.Budget, "budget", 300, "")
	cmd.Flags().StringArrayVar(&o.Lists, "list", []string{"a"}, "")
	cmd.Flags().Var(&pairs, "option", "")
	root.AddCommand(cmd, other)
	usage.WholeNumbers(root)
	root.SetArgs(append([]string{"run"}, args...))
	err = root.Execute()
	return o, err
}

func TestLayers(t *testing.T) {
	none := map[string]string{}
	for name, c := range map[string]struct {
		file string
		env  map[string]string
		args []string
		want options
	}{
		"defaults":     {"", nil, nil, options{300, []string{"a"}, none, false, false}},
		"file":         {"budget: 7\nlist: [x, 'y,z']", nil, nil, options{7, []string{"x", "y,z"}, none, false, true}},
		"environment":  {"budget: 7\nlist: x", map[string]string{"BUDGET": "8", "LIST": "b c"}, nil, options{8, []string{"b", "c"}, none, false, true}},
		"empty is not": {"budget: 7", map[string]string{"BUDGET": ""}, nil, options{7, []string{"a"}, none, false, true}},
		"flags": {"budget: 7\nlist: x", map[string]string{"BUDGET": "8", "LIST": "b"}, []string{"--budget", "9", "--list", "q"},
			options{9, []string{"q"}, none, true, true}},
		"pairs of all layers": {"option: {a: 1, b: 1, c: 1}", map[string]string{"OPTION": "b=2,c=2"}, []string{"--option", "c=3"},
			options{300, []string{"a"}, map[string]string{"a": "1", "b": "2", "c": "3"}, false, false}},
		"a leading zero is none": {"budget: 010", nil, nil, options{10, []string{"a"}, none, false, true}},
		"nor in the environment": {"", map[string]string{"BUDGET": "010"}, nil, options{10, []string{"a"}, none, false, true}},
		"nor in a flag":          {"", nil, []string{"--budget", "-010"}, options{-10, []string{"a"}, none, true, true}},
		"hexadecimal":            {"budget: 0x1f", nil, nil, options{31, []string{"a"}, none, false, true}},
		"quoted":                 {"budget: '12'", nil, nil, options{12, []string{"a"}, none, false, true}},
		"nothing":                {"\n", nil, nil, options{300, []string{"a"}, none, false, false}},
		"comments":               {"# budget: 3\n", nil, nil, options{300, []string{"a"}, none, false, false}},
		"an empty document":      {"---\n...\n", nil, nil, options{300, []string{"a"}, none, false, false}},
		"byte order mark":        {"\ufeffbudget: 7", nil, nil, options{7, []string{"a"}, none, false, true}},
		"other ends of lines":    {"budget: 7\r\nlist: [x]\r\n", nil, nil, options{7, []string{"x"}, none, false, true}},
		"capitals":               {"Budget: 7", nil, nil, options{7, []string{"a"}, none, false, true}},
		"numbers as they stand":  {"list: [010, 1e3, yes, 2001-01-01, '', 1_0]", nil, nil, options{300, []string{"010", "1e3", "yes", "2001-01-01", "", "1_0"}, none, false, false}},
		"names of options":       {"option: {Rate: 01}", nil, nil, options{300, []string{"a"}, map[string]string{"Rate": "01"}, false, false}},
		"anchors":                {"list: &l [x, y]\nothers: *l", nil, nil, options{300, []string{"x", "y"}, none, false, false}},
		"another command's":      {"others: 3", nil, nil, options{300, []string{"a"}, none, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			for name, value := range c.env {
				t.Setenv("NASSEARCH_"+name, value)
			}
			got, err := run(t, c.file, c.args...)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMistakesAreThoseOfUsage(t *testing.T) {
	for name, c := range map[string]struct{ file, arg, want string }{
		"unknown key":   {"bugdet: 1", "", `nassearch.yaml: line 1: there is no setting "bugdet"; did you mean budget?`},
		"no number":     {"budget: many", "", `nassearch.yaml: line 1: budget "many": want a whole number`},
		"nested":        {"list: {a: 1}", "", "nassearch.yaml: line 1: list: want a text, a number"},
		"empty list":    {"list: []", "", "nassearch.yaml: line 1: list: the list is empty"},
		"far key":       {"list: a\nzzz: 1", "", `nassearch.yaml: line 2: there is no setting "zzz": there are budget, list, `},
		"twice":         {"budget: 1\nbudget: 2", "", `line 2: mapping key "budget" already defined at line 1`},
		"in two cases":  {"budget: 1\nBudget: 2", "", `budget stands twice`},
		"null":          {"budget:", "", "line 1: budget: it has no value: leave it out, or say which"},
		"null in list":  {"list: [a, ~]", "", "line 1: list: it has no value"},
		"a list":        {"- budget", "", "want lines of the form setting: value"},
		"a text":        {"budget", "", "want lines of the form setting: value"},
		"tabs":          {"list:\n\t- a", "", "indent by spaces, not by tabs"},
		"two documents": {"budget: 1\n---\nbudget: 2", "", "line 2: another document begins"},
		"fraction":      {"budget: 1.5", "", `budget "1.5": want a whole number`},
		"too large":     {"budget: 99999999999999999999", "", "want a whole number that is not so large"},
		"pairs twice":   {"option: {a: 1, a: 2}", "", `mapping key "a" already defined`},
		"pair of pairs": {"option: {a: {b: 1}}", "", "line 1: option: a: want a text"},
		"no pair":       {"", "--option=x", `--option "x": want name=value`},
		"level of logs": {"", "--log-level=loud", `--log-level "loud": want debug, info, warn or error`},
		"form of logs":  {"log-format: xml", "", `--log-format "xml": want console or json`},
	} {
		t.Run(name, func(t *testing.T) {
			var args []string
			if c.arg != "" {
				args = []string{c.arg}
			}
			_, err := run(t, c.file, args...)
			if _, ok := errors.AsType[*usage.Error](err); !ok || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want a mistake with %q", err, c.want)
			}
		})
	}
}

func TestUnknownVariablesAreToldWithTheNearestName(t *testing.T) {
	for name, c := range map[string]struct{ variable, want string }{
		"misspelt":       {"NASSEARCH_BUGDET=3", "warn  the environment's NASSEARCH_BUGDET is no setting, and ignored; did you mean NASSEARCH_BUDGET?\n"},
		"far":            {"NASSEARCH_ZZZ=3", "warn  the environment's NASSEARCH_ZZZ is no setting, and ignored\n"},
		"empty":          {"NASSEARCH_BUGDET=", ""},
		"of the program": {"NASSEARCH_KERNEL=generic", ""},
		"a command's":    {"NASSEARCH_OTHERS=3", ""},
		"of the file":    {"NASSEARCH_CONFIG=", ""},
		"another tool's": {"NASBUDGET=3", ""},
		"quiet":          {"NASSEARCH_LOG_LEVEL=error", ""},
	} {
		t.Run(name, func(t *testing.T) {
			variable, value, _ := strings.Cut(c.variable, "=")
			t.Setenv(variable, value)
			if got, err := messages(t); err != nil || got != c.want {
				t.Errorf("%q (%v), want %q", got, err, c.want)
			}
		})
	}
}

// messages returns those of a command that has --budget beside another one that has --others.
func messages(t *testing.T) (string, error) {
	t.Helper()
	var errs bytes.Buffer
	e := env.New(nil, io.Discard, &errs)
	root := &cobra.Command{RunE: func(cmd *cobra.Command, _ []string) error {
		return errors.Join(e.Configure(cmd), e.StartLog())
	}}
	root.Flags().Int("budget", 1, "")
	other := &cobra.Command{Use: "other"}
	other.Flags().String("others", "", "")
	root.AddCommand(other)
	e.Register(root)
	root.SetArgs([]string{})
	err := root.Execute()
	return errs.String(), err
}

func TestFileThatWasAskedForMustBeThere(t *testing.T) {
	if _, err := run(t, "", "--config", filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want that the file is not there", err)
	}
}

func TestCommandLineIsWhatAShellTakes(t *testing.T) {
	e := env.New([]string{"query", "#7", "a b", "it's", "", "--x=1,2"}, io.Discard, io.Discard)
	if got, want := e.CommandLine(), `nassearch query '#7' 'a b' 'it'\''s' '' --x=1,2`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// What a shell makes of a quoted argument is the argument.
func TestPropertyShellsReadWhatIsQuoted(t *testing.T) {
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	rapid.Check(t, func(t *rapid.T) {
		odd := rapid.StringOf(rapid.SampledFrom([]rune("ab0 '\"\\$`!*?#~=&|;<>(){}[]\n\t\x1b\u202e精")))
		args := rapid.SliceOfN(rapid.OneOf(odd, rapid.Map(rapid.SliceOf(rapid.ByteRange(1, 255)), func(b []byte) string { return string(b) })), 1, 8).Draw(t, "args")
		line := env.Quote(args...)
		if plain.Text(line) != line {
			t.Fatalf("%q does something", line)
		}
		c := exec.Command(shell, "-c", "nassearch() { printf '%s\\0' \"$@\"; }; "+line)
		c.Env = []string{"LC_ALL=C"}
		out, err := c.Output()
		if want := strings.Join(args, "\x00") + "\x00"; err != nil || string(out) != want {
			t.Fatalf("%q is read as %q, %v", line, out, err)
		}
	})
}

func TestMessagesGoToStderrFromTheirLevelOn(t *testing.T) {
	var errs bytes.Buffer
	e := env.New(nil, io.Discard, &errs)
	root := &cobra.Command{}
	e.Register(root)
	if err := root.ParseFlags([]string{"--log-level", "warn"}); err != nil {
		t.Fatal(err)
	}
	if err := e.StartLog(); err != nil {
		t.Fatal(err)
	}
	e.Log.Info("quiet")
	e.Log.Warn("loud")
	if got := errs.String(); got != "warn  loud\n" {
		t.Errorf("%q", got)
	}
}

func TestMessagesAreOneLineOfWhatCanBeSeen(t *testing.T) {
	for _, format := range []string{"console", "json"} {
		var errs bytes.Buffer
		e := env.New(nil, io.Discard, &errs)
		root := &cobra.Command{}
		e.Register(root)
		if err := root.ParseFlags([]string{"--log-format", format}); err != nil {
			t.Fatal(err)
		}
		if err := e.StartLog(); err != nil {
			t.Fatal(err)
		}
		e.Log.Info("odd\x1b\n\u202e\u007f", zap.String("file", "a\x1b\nb\u009b\x7f\xff"))
		text := errs.String()
		if strings.ContainsAny(text, "\x1b\u202e\u009b\x7f") || strings.Count(text, "\n") != 1 || format == "json" && !json.Valid(errs.Bytes()) {
			t.Errorf("%s: %q", format, text)
		}
	}
}
