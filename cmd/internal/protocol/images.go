package protocol

import (
	"errors"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/live"
)

// Images opens a data set for a network that is trained already. Without --val, validation images are taken as the
// preset does if one is named or the images are its own, else none.
func (o *Flags) Images(name string) (*live.Images, error) {
	preset, err := live.Preset(o.Preset)
	if err != nil {
		return nil, usage.Mark(err)
	}
	said, val := o.Over(live.Protocol{}), "none"
	if o.flags.Changed("preset") || name == preset.Dataset {
		val = preset.Val
	}
	if o.flags.Changed("val") {
		val = said.Val
	}
	d, err := live.OpenImages(name, said.Image, val)
	if _, wrong := errors.AsType[*live.ProtocolError](err); wrong {
		err = usage.Mark(err)
	}
	return d, err
}
