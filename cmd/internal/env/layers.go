package env

import (
	"cmp"
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
)

// Configure layers flags over environment over configuration file over defaults: every flag of the command that was not
// given takes the value of the highest layer that has one, and counts as changed.
func (e *Env) Configure(cmd *cobra.Command) (err error) {
	flags := cmd.Flags()
	e.given = map[string]bool{}
	flags.Visit(func(f *pflag.Flag) { e.given[f.Name] = true })
	if !e.given["config"] {
		e.config = fromEnv("config")
	}
	file, err := readFile(cmd, e.config)
	if err != nil {
		return err
	}
	flags.VisitAll(func(f *pflag.Flag) {
		if err == nil {
			err = fill(flags, f, fromEnv(f.Name), file[f.Name])
		}
	})
	return err
}

// fromEnv is a flag's value in the environment: NASSEARCH_LOG_LEVEL for --log-level. An empty one counts as none.
func fromEnv(flag string) string {
	return os.Getenv("NASSEARCH_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_")))
}

// fill gives a flag the values of the layers below the command line: a text of the environment, texts of the file.
func fill(flags *pflag.FlagSet, f *pflag.Flag, env string, file []string) error {
	if pairs, ok := f.Value.(*Pairs); ok {
		pairs.under(file, env)
		return nil
	}
	if f.Changed || env == "" && len(file) == 0 {
		return nil
	}
	repeated, ok := f.Value.(pflag.SliceValue)
	if !ok {
		text := env
		if text == "" {
			text = strings.Join(file, ",")
		}
		if err := flags.Set(f.Name, text); err != nil {
			return usage.Mark(fmt.Errorf("configuration: %s: %w", f.Name, err))
		}
		return nil
	}
	if env != "" {
		file = strings.Fields(env)
	}
	f.Changed = true
	return repeated.Replace(file)
}

// Pairs is the value of a flag that sets name=value and may be repeated. All layers count: a pair of a higher one hides
// that of the same name in a lower one. A configuration file may also write names with values.
type Pairs []string

// Set adds a pair of the command line.
func (p *Pairs) Set(text string) error {
	*p = append(*p, text)
	return nil
}

// String and Type are for the flag's usage.
func (p *Pairs) String() string { return strings.Join(*p, ",") }

// Type is that of lists of texts.
func (p *Pairs) Type() string { return "stringArray" }

// under puts the pairs of file and environment below those of the command line.
func (p *Pairs) under(file []string, env string) {
	var all []string
	all = append(all, file...)
	if env != "" {
		all = append(all, strings.Split(env, ",")...)
	}
	*p = append(all, *p...)
}

// Map returns the values by name. Its errors are mistakes in the settings, of the flag that is named.
func (p *Pairs) Map(flag string) (map[string]string, error) {
	values := map[string]string{}
	for _, pair := range *p {
		name, value, ok := strings.Cut(pair, "=")
		if !ok || name == "" {
			return nil, usage.Mark(fmt.Errorf("--%s %q: want name=value", flag, pair))
		}
		values[name] = value
	}
	return values, nil
}

// configFile is read if no other is named.
const configFile = "nassearch.yaml"

// readFile reads a configuration file, whose keys are the names of flags: a list of texts for each. Without a path it
// reads the one in this folder, if it is there.
func readFile(cmd *cobra.Command, path string) (map[string][]string, error) {
	asked := path != ""
	path = cmp.Or(path, configFile)
	if _, err := os.Stat(path); err != nil {
		if !asked && errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, fmt.Errorf("configuration: %w", err)
	}
	file := viper.New()
	file.SetConfigFile(path)
	file.SetConfigType("yaml")
	if err := file.ReadInConfig(); err != nil {
		return nil, usage.Mark(fmt.Errorf("configuration %s: %w", path, err))
	}
	known := settings(cmd)
	texts := map[string][]string{}
	all := file.AllSettings()
	for _, key := range slices.Sorted(maps.Keys(all)) {
		f, ok := known[key]
		if !ok {
			names := strings.Join(slices.Sorted(maps.Keys(known)), ", ")
			return nil, usage.Mark(fmt.Errorf("configuration %s: there is no setting %q: there are %s", path, key, names))
		}
		read := listed
		if _, ok := f.Value.(*Pairs); ok {
			read = paired
		}
		var err error
		if texts[key], err = read(all[key]); err != nil {
			return nil, usage.Mark(fmt.Errorf("configuration %s: %s: %w", path, key, err))
		}
	}
	return texts, nil
}

// paired returns pairs as name=value, which a file may also write as names with values.
func paired(value any) ([]string, error) {
	named, ok := value.(map[string]any)
	if !ok {
		return listed(value)
	}
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(named)) {
		texts, err := listed(named[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		pairs = append(pairs, name+"="+strings.Join(texts, ","))
	}
	return pairs, nil
}

// listed returns the elements of a list, or the value itself.
func listed(value any) ([]string, error) {
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

// settings are all that a file may set: the flags of this command, and those of all others, so that one file serves
// all.
func settings(cmd *cobra.Command) map[string]*pflag.Flag {
	known := map[string]*pflag.Flag{}
	add := func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "config" {
			known[f.Name] = f
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
	cmd.Flags().VisitAll(add) // where commands share a name, its own
	return known
}
