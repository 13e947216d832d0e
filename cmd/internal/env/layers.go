package env

import (
	"fmt"
	"os"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
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
