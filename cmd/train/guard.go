package train

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/nassearch/nassearch/trainer"
)

// alone trains while no other process trains into the checkpoint, if there is to be one. That its folder is not there
// is said by who makes the file.
func (o *options) alone(train func() error) (err error) {
	if _, statErr := os.Stat(filepath.Dir(o.checkpoint)); o.checkpoint == "" || statErr != nil {
		return train()
	}
	release, err := trainer.Guard(o.checkpoint)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	return train()
}
