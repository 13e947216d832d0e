package backends

import (
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// lab opens the protocol's lab with the arithmetic that what is continued was begun with, or else by the flags. It also
// returns the fingerprints that were kept without settings, of which one may be had with another kernel.
func (l *training) lab(p live.Protocol, ask backend.Ask) (lab *live.Lab, sources []string, err error) {
	recorded := ""
	if ask.Continues != nil {
		for _, b := range ask.Continues() {
			if name := b.Settings["kernel"]; name != "" {
				recorded = name
			} else if b.Settings == nil && !l.protocol.Kernel.Named() {
				sources = append(sources, b.Source)
			}
		}
	}
	k, err := l.protocol.Kernel.Continue("what is continued", recorded)
	if err != nil {
		return nil, nil, err
	}
	lab, err = l.protocol.Lab(p, k, l.threads)
	return lab, sources, err
}

// sameSource gives an evaluator the kernel by which it has one of the fingerprints, if there is one.
func sameSource(e *live.Evaluator, sources []string) {
	usual := e.Kernel
	for _, source := range sources {
		for _, k := range kernel.Available() {
			if e.Kernel = k; e.Source() == source {
				return
			}
		}
	}
	e.Kernel = usual
}
