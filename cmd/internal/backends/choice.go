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

// Choice is --backend of whichever command runs, and the flags of all backends.
type Choice struct {
	backend.Registry
	Bound []Bound

	name string
}

// Bound is a backend with its flags.
type Bound struct {
	backend.Backend
	backend.Measurer
	Flags *pflag.FlagSet // that have a meaning with it; another backend may have the same
}

// Bind has the backends declare their flags.
func Bind(registry backend.Registry) *Choice {
	c := &Choice{Registry: registry}
	for _, b := range registry {
		own := pflag.NewFlagSet(b.Name, pflag.ContinueOnError)
		c.Bound = append(c.Bound, Bound{b, b.New(own), own})
	}
	return c
}

// Here is a choice among the backends that measure themselves.
func (c *Choice) Here() *Choice {
	here := &Choice{}
	for _, b := range c.Bound {
		if !b.Elsewhere {
			here.Registry, here.Bound = append(here.Registry, b.Backend), append(here.Bound, b)
		}
	}
	return here
}

// Register adds --backend to a command, explained by a text.
func (c *Choice) Register(cmd *cobra.Command, about string) {
	usage.Choice(cmd, &c.name, "backend", c.Names(), about)
}

// Abouts lists the backends with what they do.
func (c *Choice) Abouts() string {
	return strings.Join(usage.Names(c.Registry, func(b backend.Backend) string { return b.Name + b.About }), ", or ")
}

// AddFlags adds the backends' flags to a command that has all its others; global are those of all commands. A name
// must be that of one flag alone.
func (c *Choice) AddFlags(cmd *cobra.Command, global *pflag.FlagSet) (err error) {
	for _, b := range c.Bound {
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
	for _, b := range c.Bound {
		for _, name := range b.Describing {
			cmd.Flags().AddFlag(b.Flags.Lookup(name))
		}
	}
}

// Chosen returns the backend that is asked. A flag of another one on the command line is a mistake; in a configuration
// file, which serves all commands, it is not.
func (c *Choice) Chosen(e *env.Env) (chosen Bound, err error) {
	if err := usage.OneOf("backend", c.name, c.Names(), " or "); err != nil {
		return chosen, err
	}
	for _, b := range c.Bound {
		if b.Name == c.name {
			chosen = b
		}
	}
	for _, b := range c.Bound {
		b.Flags.VisitAll(func(f *pflag.Flag) {
			if e.Given(f.Name) && chosen.Flags.Lookup(f.Name) != f && err == nil {
				err = usage.Mark(fmt.Errorf("--%s has no meaning with --backend %s: leave it out, or choose --backend %s",
					f.Name, c.name, b.Name))
			}
		})
	}
	return chosen, err
}

// Objectives splits "pgd_acc,params".
func Objectives(list string) ([]string, error) {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		if name == "" {
			return nil, usage.Mark(fmt.Errorf("--objective %q: want names of metrics with commas between them", list))
		}
		if slices.Contains(names, name) {
			return nil, usage.Mark(fmt.Errorf("--objective %q: %s stands twice", list, name))
		}
		names = append(names, name)
	}
	return names, nil
}
