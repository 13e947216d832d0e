// Package env is what every command runs in: its streams, its log, the program's version and command line, and the
// settings from environment and configuration file, which fill in flags that were not given.
package env

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
	"unicode/utf8"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/internal/plain"
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
	unknown                 []string // what is wrong with variables of the environment
	config, level, encoding string
}

// New returns the surroundings of a command line, which is without the program's name.
func New(args []string, stdout, stderr io.Writer) *Env {
	return &Env{Stdout: stdout, Stderr: stderr, Log: zap.NewNop(), Version: version(), args: args}
}

// Levels and forms of messages.
var (
	levels  = []string{"debug", "info", "warn", "error"}
	formats = []string{"console", "json"}
)

// Register adds the flags of configuration and log to those of all commands.
func (e *Env) Register(root *cobra.Command) {
	f := root.PersistentFlags()
	f.StringVar(&e.config, "config", "", "configuration file (default: "+configFile+" in this folder, if it is there)")
	files.Reads(f, "config", "yaml", "yml")
	f.StringVar(&e.level, "log-level", "info", "least severe messages that are logged: debug, info, warn, error")
	f.StringVar(&e.encoding, "log-format", "console", "form of log messages: console or json")
	usage.Complete(root, "log-level", levels...)
	usage.Complete(root, "log-format", formats...)
}

// StartLog begins to write messages, in short lines, as the flags say; first those about the environment.
func (e *Env) StartLog() error {
	var least zapcore.Level
	if err := least.UnmarshalText([]byte(e.level)); err != nil {
		return usage.Mark(fmt.Errorf("--log-level %q: want debug, info, warn or error%s", e.level,
			nearest.Hint(e.level, levels)))
	}
	var encoder zapcore.Encoder
	switch e.encoding {
	case "json":
		encoder = zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	case "console":
		encoder = zapcore.NewConsoleEncoder(zapcore.EncoderConfig{
			MessageKey: "msg", LevelKey: "level", ConsoleSeparator: "  ",
			EncodeLevel: zapcore.LowercaseLevelEncoder, EncodeDuration: zapcore.StringDurationEncoder,
		})
	default:
		return usage.OneOf("log-format", e.encoding, formats, " or ")
	}
	e.Log = zap.New(zapcore.NewCore(encoder, zapcore.AddSync(oneLine{e.Stderr}), least))
	for _, problem := range e.unknown {
		e.Log.Warn(problem)
	}
	return nil
}

// oneLine gets a message at a time, and writes it so that it is one line of what can be seen. What it changes in JSON
// is JSON still.
type oneLine struct{ io.Writer }

func (w oneLine) Write(message []byte) (int, error) {
	text := plain.Text(strings.TrimSuffix(string(message), "\n")) + "\n"
	if _, err := io.WriteString(w.Writer, text); err != nil {
		return 0, err
	}
	return len(message), nil
}

// Given says whether a flag stood on the command line itself, which concerns this command alone, rather than in the
// environment or the configuration file, which serve all commands.
func (e *Env) Given(flag string) bool { return e.given[flag] }

// unquoted characters need no quotes in a shell.
const unquoted = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+.,:/@%"

// CommandLine is the command as a shell would take it.
func (e *Env) CommandLine() string { return Quote(e.args...) }

// Quote is the program with arguments, as a shell would take it. What cannot be seen is written in the quotes of bash,
// zsh and ksh for such: $'\x1b'.
func Quote(args ...string) string {
	words := []string{"nassearch"}
	for _, arg := range args {
		switch {
		case plain.Text(arg) != arg:
			arg = "$'" + written(arg) + "'"
		case arg == "" || strings.ContainsFunc(arg, func(c rune) bool { return !strings.ContainsRune(unquoted, c) }):
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

// written is a text with the bytes of all that cannot be seen as \x1b.
func written(text string) string {
	var b strings.Builder
	for len(text) > 0 {
		_, size := utf8.DecodeRuneInString(text)
		char := text[:size]
		text = text[size:]
		switch {
		case char == `\` || char == "'":
			b.WriteString(`\` + char)
		case plain.Text(char) == char:
			b.WriteString(char)
		default:
			for i := range size {
				fmt.Fprintf(&b, `\x%02x`, char[i])
			}
		}
	}
	return b.String()
}

// version is that of the module, or the commit that it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, modified := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			modified = "+changes"
		}
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	if revision == "" {
		return "devel"
	}
	return revision + modified
}
