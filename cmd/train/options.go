package train

import (
	"fmt"

	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
)

// options are the command's flags.
type options struct {
	protocol         protocol.Flags
	seed             uint64
	threads, every   int
	save, checkpoint string

	out *output.Printer
}

func (o *options) register(f *pflag.FlagSet) {
	o.protocol.Register(f)
	f.Uint64Var(&o.seed, "seed", 1, "seed of initial weights, order and augmentation")
	f.IntVar(&o.threads, "threads", 0, "goroutines that share a batch; they change no bit (0: by the network's size)")
	f.StringVar(&o.save, "save", "", "write the weights to this safetensors file")
	f.StringVar(&o.checkpoint, "checkpoint", "",
		"continue from this file if it exists, and keep the state of the run in it")
	f.IntVar(&o.every, "checkpoint-every", 0, "also save the checkpoint every so many steps (0: at the end of each epoch)")
}

// resolve returns the protocol, with the seed. Its errors are mistakes in the command line.
func (o *options) resolve(f *pflag.FlagSet) (live.Protocol, error) {
	p, err := o.protocol.Resolve(f)
	if err != nil {
		return p, err
	}
	p.Training.Seed = o.seed
	if err := o.out.Check(); err != nil {
		return p, err
	}
	switch {
	case o.threads < 0:
		err = fmt.Errorf("--threads %d: want at least 0", o.threads)
	case o.every < 0:
		err = fmt.Errorf("--checkpoint-every %d: want at least 0", o.every)
	case o.every > 0 && o.checkpoint == "":
		err = fmt.Errorf("--checkpoint-every needs --checkpoint")
	}
	return p, usage.Mark(err)
}
