// Package backends has those of the program, and wires them to commands: their flags, and which of them is asked.
package backends

import (
	"fmt"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Choice is a command's --backend, and the flags of all backends.
type Choice struct {
	Backends []Bound

	name string
}

// Bound is a backend with a command's flags.
type Bound struct {
	backend.Backend
	backend.Measurer
	Flags *pflag.FlagSet // that no other backend has
}

// Bind adds --backend to a command, explained by a text. The flags of the backends are declared, and not yet added.
func Bind(cmd *cobra.Command, registry backend.Registry, about string) *Choice {
	c := new(Choice)
	for _, b := range registry {
		own := pflag.NewFlagSet(b.Name, pflag.ContinueOnError)
		c.Backends = append(c.Backends, Bound{b, b.New(own), own})
	}
	names := registry.Names()
	cmd.Flags().StringVar(&c.name, "backend", names[0], about)
	usage.Complete(cmd, "backend", names...)
	return c
}

// AddFlags adds the backends' flags to a command that has all its others; global are those of all commands. A name
// must be that of one flag alone.
func (c *Choice) AddFlags(cmd *cobra.Command, global *pflag.FlagSet) (err error) {
	for _, b := range c.Backends {
		b.Flags.VisitAll(func(f *pflag.Flag) {
			for _, flags := range []*pflag.FlagSet{cmd.Flags(), global} {
				if there := flags.Lookup(f.Name); there != nil && there != f {
					err = fmt.Errorf("backend %s: there is a flag --%s already: choose another name", b.Name, f.Name)
				}
			}
		})
		cmd.Flags().AddFlagSet(b.Flags)
	}
	return err
}

// AddDescribing adds those of the backends' flags that listings depend on.
func (c *Choice) AddDescribing(cmd *cobra.Command) {
	for _, b := range c.Backends {
		for _, name := range b.Describing {
			cmd.Flags().AddFlag(b.Flags.Lookup(name))
		}
	}
}

// Chosen returns the backend that is asked. A flag of another one on the command line is a mistake; in a configuration
// file, which serves all commands, it is not.
func (c *Choice) Chosen(e *env.Env) (Bound, error) {
	i := slices.IndexFunc(c.Backends, func(b Bound) bool { return b.Name == c.name })
	if i < 0 {
		var names []string
		for _, b := range c.Backends {
			names = append(names, b.Name)
		}
		return Bound{}, usage.Mark(fmt.Errorf("--backend %q: want %s", c.name, strings.Join(names, " or ")))
	}
	return c.Backends[i], c.check(e, i)
}

// check refuses flags of other backends than one.
func (c *Choice) check(e *env.Env, chosen int) (err error) {
	for i, other := range c.Backends {
		other.Flags.VisitAll(func(f *pflag.Flag) {
			if i != chosen && e.Given(f.Name) && err == nil {
				err = usage.Mark(fmt.Errorf("--%s has no meaning with --backend %s: leave it out, or choose --backend %s",
					f.Name, c.Backends[chosen].Name, other.Name))
			}
		})
	}
	return err
}
