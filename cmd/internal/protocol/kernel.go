package protocol

import (
	"cmp"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// Kernel is --kernel: the arithmetic that networks are trained and attacked with.
type Kernel struct{ name string }

// Register adds the flag to a command.
func (k *Kernel) Register(f *pflag.FlagSet) {
	f.StringVar(&k.name, "kernel", "", "arithmetic, which changes last bits and time: winograd512, avx512, winograd256, "+
		"avx2, winograd or generic (default: what is continued has it, else the fastest that the processor can do)")
}

// Named says whether the flag or the environment names one.
func (k *Kernel) Named() bool { return k.Asked() != "" }

// Asked is the name, which commands that are run alone have from the environment, too; empty if there is none.
func (k *Kernel) Asked() string { return cmp.Or(k.name, os.Getenv("NASSEARCH_KERNEL")) }

// Choose returns the kernel that the flag names, or the fastest.
func (k *Kernel) Choose() (*kernel.Kernel, error) {
	chosen, err := kernel.Choose(k.Asked())
	if err != nil {
		return nil, usage.Mark(fmt.Errorf("--kernel: %w", err))
	}
	return chosen, nil
}

// Continue returns the kernel for something that has been begun with a recorded one, if any: that one, unless the flag
// names another, which whoever compares them refuses.
func (k *Kernel) Continue(what, recorded string) (*kernel.Kernel, error) {
	if k.Named() || recorded == "" {
		return k.Choose()
	}
	chosen, err := kernel.Choose(recorded)
	if err != nil {
		return nil, fmt.Errorf("%s needs the arithmetic that it was begun with: %w; continue on a processor that "+
			"has it, or name another file or folder to begin anew", what, err)
	}
	return chosen, nil
}

// Repeat returns the kernel for measuring again what was measured with a recorded one: that one, if the flag names none
// and the processor has it.
func (k *Kernel) Repeat(recorded string) (*kernel.Kernel, error) {
	if !k.Named() {
		if same, err := kernel.Choose(recorded); err == nil {
			return same, nil
		}
	}
	return k.Choose()
}
