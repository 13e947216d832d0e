package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

const (
	configFile = "nassearch.yaml"
	envPrefix  = "NASSEARCH"
)

var outputs = []string{"table", "json", "csv"}

// configure layers flags over environment over configuration file over defaults, and starts the log.
func (a *app) configure(cmd *cobra.Command) error {
	v := a.config
	v.SetEnvPrefix(envPrefix)
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AutomaticEnv()
	must(v.BindPFlags(cmd.Flags()))
	a.given = map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { a.given[f.Name] = true })
	if err := a.readFile(cmd); err != nil {
		return err
	}
	if err := fillIn(cmd, v); err != nil {
		return err
	}
	if o := v.GetString("output"); !slices.Contains(outputs, o) {
		return usage.Mark(fmt.Errorf("--output %q: want %s", o, strings.Join(outputs, ", ")))
	}
	log, err := newLog(v.GetString("log-level"), v.GetString("log-format"), zapcore.AddSync(a.stderr))
	if err != nil {
		return usage.Mark(err)
	}
	a.log = log
	return nil
}

// fillIn gives flags that were not on the command line the values of environment and file, for commands that read
// their flags themselves.
func fillIn(cmd *cobra.Command, v *viper.Viper) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		inEnv := os.Getenv(envPrefix+"_"+strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))) != ""
		_, list := f.Value.(pflag.SliceValue)
		if f.Changed || list || !inEnv && !v.InConfig(f.Name) || err != nil {
			return
		}
		if setErr := cmd.Flags().Set(f.Name, v.GetString(f.Name)); setErr != nil {
			err = usage.Mark(fmt.Errorf("configuration: %s: %w", f.Name, setErr))
		}
	})
	return err
}

// readFile merges the configuration file. Its keys are the names of flags.
func (a *app) readFile(cmd *cobra.Command) error {
	path, asked := a.config.GetString("config"), true
	if path == "" {
		path, asked = configFile, false
	}
	if _, err := os.Stat(path); err != nil {
		if !asked && errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return fmt.Errorf("configuration: %w", err)
	}
	file := viper.New()
	file.SetConfigFile(path)
	file.SetConfigType("yaml")
	if err := file.ReadInConfig(); err != nil {
		return usage.Mark(fmt.Errorf("configuration %s: %w", path, err))
	}
	known := flagNames(cmd)
	settings := file.AllSettings()
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if !slices.Contains(known, key) {
			return usage.Mark(fmt.Errorf("configuration %s: there is no setting %q: there are %s", path, key, strings.Join(known, ", ")))
		}
		value, err := a.fileValue(cmd.Flags().Lookup(key), key, settings[key])
		if err != nil {
			return usage.Mark(fmt.Errorf("configuration %s: %s: %w", path, key, err))
		}
		settings[key] = value
	}
	return a.config.MergeConfigMap(settings)
}

// fileValue makes of a file's value what the flag takes: a text, that of a list with commas between its elements, or
// for a flag that may be repeated a list of texts. The flag is nil if it is another command's.
func (a *app) fileValue(f *pflag.Flag, key string, value any) (any, error) {
	if key == "option" {
		pairs, err := fileOptions(value)
		a.fileOptions = pairs
		return pairs, err
	}
	texts, err := fileTexts(value)
	if err != nil || f == nil {
		return texts, err
	}
	if _, repeated := f.Value.(pflag.SliceValue); repeated {
		return texts, nil
	}
	return strings.Join(texts, ","), nil
}

// fileOptions returns a strategy's options as name=value, which a file may also write as names with values.
func fileOptions(value any) ([]string, error) {
	options, named := value.(map[string]any)
	if !named {
		return fileTexts(value)
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(options)) {
		texts, err := fileTexts(options[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pairs = append(pairs, name+"="+strings.Join(texts, ","))
	}
	return pairs, nil
}

// fileTexts returns the elements of a list, or the value itself.
func fileTexts(value any) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var texts []string
	for _, v := range list {
		switch v.(type) {
		case string, bool, int, int64, uint64, float64:
			texts = append(texts, fmt.Sprint(v))
		default:
			return nil, errors.New("want a text, a number, true or false, or a list of them")
		}
	}
	if len(texts) == 0 {
		return nil, errors.New("the list is empty: leave it out, or say what it holds")
	}
	return texts, nil
}

// flagNames lists all settings that a file may have, also those of other commands than this one, so that one
// file serves all.
func flagNames(cmd *cobra.Command) []string {
	var names []string
	add := func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "config" {
			names = append(names, f.Name)
		}
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.Flags().VisitAll(add)
		c.PersistentFlags().VisitAll(add)
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(cmd.Root())
	slices.Sort(names)
	return slices.Compact(names)
}

// newLog returns a logger of short lines.
func newLog(level, format string, w zapcore.WriteSyncer) (*zap.Logger, error) {
	var least zapcore.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("--log-level %q: want debug, info, warn or error", level)
	}
	var encoder zapcore.Encoder
	switch format {
	case "json":
		encoder = zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	case "console":
		encoder = zapcore.NewConsoleEncoder(zapcore.EncoderConfig{
			MessageKey: "msg", LevelKey: "level", ConsoleSeparator: "  ",
			EncodeLevel: zapcore.LowercaseLevelEncoder, EncodeDuration: zapcore.StringDurationEncoder,
		})
	default:
		return nil, fmt.Errorf("--log-format %q: want console or json", format)
	}
	return zap.New(zapcore.NewCore(encoder, w, least)), nil
}
