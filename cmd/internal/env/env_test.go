package env_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
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
		"another command's": {"others: 3", nil, nil, options{300, []string{"a"}, none, false, false}},
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
		"unknown key":   {"bugdet: 1", "", `nassearch.yaml: there is no setting "bugdet": there are budget, list, `},
		"no number":     {"budget: many", "", "configuration: budget: invalid argument"},
		"nested":        {"list: {a: 1}", "", "nassearch.yaml: list: want a text, a number"},
		"empty list":    {"list: []", "", "nassearch.yaml: list: the list is empty"},
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
