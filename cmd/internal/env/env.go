// Package env is what every command runs in: its streams, its log, the program's version and command line, and the
// settings from environment and configuration file, which fill in flags that were not given.
package env

import (
	"errors"
	"io"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// ErrInterrupted ends a command whose user stopped it, after it has said what it had.
var ErrInterrupted = errors.New("interrupted")

// Env is one run of the command line. Commands keep a pointer to it: what it knows of flags, and its log, are there
// when they run.
type Env struct {
	Stdout, Stderr io.Writer
	Log            *zap.Logger // of messages to people; silent until [Env.Configure]
	Version        string      // of the program

	args                    []string
	given                   map[string]bool
	config, level, encoding string
}

// New returns the surroundings of a command line, which is without the program's name.
func New(args []string, stdout, stderr io.Writer) *Env {
	return &Env{Stdout: stdout, Stderr: stderr, Log: zap.NewNop(), Version: version(), args: args}
}

// Register adds the flags of configuration and log to those of all commands.
func (e *Env) Register(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&e.config, "config", "", "configuration file (default: "+configFile+" in this folder, if it is there)")
	f.StringVar(&e.level, "log-level", "info", "least severe messages that are logged: debug, info, warn, error")
	f.StringVar(&e.encoding, "log-format", "console", "form of log messages: console or json")
}

// StartLog begins to write messages as the flags say.
func (e *Env) StartLog() error {
	log, err := newLog(e.level, e.encoding, zapcore.AddSync(e.Stderr))
	if err != nil {
		return usage.Mark(err)
	}
	e.Log = log
	return nil
}

// Given says whether a flag stood on the command line itself, which concerns this command alone, rather than in the
// environment or the configuration file, which serve all commands.
func (e *Env) Given(flag string) bool { return e.given[flag] }

// plain characters need no quotes in a shell.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+.,:/@%"

// CommandLine is the command as a shell would take it.
func (e *Env) CommandLine() string {
	words := []string{"nassearch"}
	for _, arg := range e.args {
		if arg == "" || strings.ContainsFunc(arg, func(c rune) bool { return !strings.ContainsRune(plain, c) }) {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}
