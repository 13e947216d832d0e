package env

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/nearest"
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
	known := settings(cmd)
	below := layers(known)
	if !e.given["config"] {
		e.config = below.GetString("config")
	}
	if err := e.readFile(below); err != nil {
		return err
	}
	e.unknown = unknownVariables(known, os.Environ())
	flags.VisitAll(func(f *pflag.Flag) {
		if _, setting := known[f.Name]; setting && err == nil {
			err = e.fill(flags, f, below)
		}
	})
	return err
}

// layers are those below the command line, environment over configuration file: a setting stands there by its name, as
// a text of the environment or an [entry] of the file. Pairs of the environment, which hide none of the file, stand
// there by their variable.
func layers(known map[string]*pflag.Flag) *viper.Viper {
	v := viper.NewWithOptions(viper.WithDecoderRegistry(decoder(known)))
	v.SetConfigType("yaml")
	v.MustBindEnv("config", variable("config"))
	for name, f := range known {
		key := name
		if _, ok := f.Value.(*Pairs); ok {
			key = variable(name)
		}
		v.MustBindEnv(key, variable(name))
	}
	return v
}

// prefix begins the names of variables of the environment that are settings: NASSEARCH_LOG_LEVEL is --log-level.
const prefix = "NASSEARCH_"

func variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// beside are the variables that need not be flags of a program: the arithmetic, a password, which no command line may
// hold, where tests find their material, and what programs are given that measure or propose.
var beside = []string{
	"KERNEL", "QUEUE_PASSWORD", "SHARED", "FIXTURES", "PYTHON", "TRIAL", "RESULT", "REPORT", "SLOT", "GROUP",
}

// unknownVariables says what is wrong with the variables of an environment ("NAME=value") that are none of the known
// settings, though they are named as if they were.
func unknownVariables(known map[string]*pflag.Flag, environment []string) (problems []string) {
	names := []string{variable("config")}
	for flag := range known {
		names = append(names, variable(flag))
	}
	for _, name := range beside {
		names = append(names, prefix+name)
	}
	slices.Sort(names)
	for _, pair := range environment {
		name, value, _ := strings.Cut(pair, "=")
		if value == "" || !strings.HasPrefix(name, prefix) || slices.Contains(names, name) {
			continue
		}
		problems = append(problems, fmt.Sprintf("the environment's %s is no setting, and ignored%s", name, hint(name, names)))
	}
	slices.Sort(problems)
	return problems
}

// hint is that of the nearest variable: what all have in common is not misspelt.
func hint(name string, names []string) string {
	var bare []string
	for _, n := range names {
		bare = append(bare, strings.TrimPrefix(n, prefix))
	}
	meant, ok := nearest.Name(strings.TrimPrefix(name, prefix), bare)
	if !ok {
		return ""
	}
	return nearest.Hint(prefix+meant, []string{prefix + meant})
}

// fill gives a flag the value of the layers below the command line, if they have one.
func (e *Env) fill(flags *pflag.FlagSet, f *pflag.Flag, below *viper.Viper) error {
	if pairs, ok := f.Value.(*Pairs); ok {
		file, _ := below.Get(f.Name).(entry)
		pairs.under(file.texts, below.GetString(variable(f.Name)))
		return nil
	}
	if f.Changed {
		return nil
	}
	var where, text string
	var texts []string
	switch value := below.Get(f.Name).(type) {
	case string:
		where, text, texts = variable(f.Name), value, strings.Fields(value)
	case entry:
		where = fmt.Sprintf("configuration %s: line %d: %s", e.config, value.line, f.Name)
		text, texts = strings.Join(value.texts, ","), value.texts
	default:
		return nil
	}
	var err error
	if repeated, ok := f.Value.(pflag.SliceValue); ok {
		f.Changed = true
		err = repeated.Replace(texts)
	} else {
		err = flags.Set(f.Name, text)
	}
	if err != nil {
		return usage.Value(where, err)
	}
	return nil
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

// names lists the settings.
func names(known map[string]*pflag.Flag) []string { return slices.Sorted(maps.Keys(known)) }
