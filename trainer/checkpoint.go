package trainer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"github.com/nassearch/nassearch/internal/filelock"
	"github.com/nassearch/nassearch/internal/plainfile"
	"github.com/nassearch/nassearch/internal/settings"
)

// CheckpointError reports a checkpoint that a run cannot continue from.
type CheckpointError struct {
	Path string
	Err  error
}

func (e *CheckpointError) Error() string { return fmt.Sprintf("checkpoint %s: %v", e.Path, e.Err) }

// Unwrap returns what is wrong with the checkpoint.
func (e *CheckpointError) Unwrap() error { return e.Err }

const (
	checkpointKey  = "nassearch.checkpoint"
	velocityPrefix = "velocity." // of the tensors that are the solver's
)

// checkpoint is what a checkpoint holds besides tensors.
type checkpoint struct {
	Step int   `json:"step"`
	Loss exact `json:"loss"` // of the epoch so far
	Last exact `json:"last"`
	Made made  `json:"made"`
}

// exact is written in hexadecimal: no bit is lost.
type exact float64

func (v exact) MarshalText() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(v), 'x', -1, 64), nil
}

func (v *exact) UnmarshalText(text []byte) error {
	read, err := strconv.ParseFloat(string(text), 64)
	*v = exact(read)
	return err
}

// made is what decides about the bits of a run: two runs that agree in it continue each other's checkpoints.
type made struct {
	Network  Spec   `json:"network"`
	Training Config `json:"training"`
	Images   string `json:"images"` // digest of the training set
	Kernel   string `json:"kernel"`
	// ClassNames are those of the training set; earlier checkpoints do not have them.
	ClassNames []string `json:"class_names,omitempty"`
}

func (r *Run) made() made {
	return made{r.weights.Spec, r.config, r.digest(), r.engine.Kernel.Name, r.set.Classes}
}

// Save writes a checkpoint, from which [Run.Resume] continues to the same bits. It replaces an existing file only
// when all is written.
func (r *Run) Save(path string) error {
	f, err := r.weights.encode()
	if err != nil {
		return err
	}
	each(r.weights, r.solver.Velocity, nil, func(name string, shape []int, values []float32) {
		f.Add(velocityPrefix+name, shape, values)
	})
	text, err := json.Marshal(checkpoint{r.step, exact(r.loss), exact(r.last), r.made()})
	if err != nil {
		return err
	}
	f.Metadata[checkpointKey] = string(text)
	f.seal()
	return f.save(path)
}

// Guard keeps other processes from a checkpoint until it is released; its error is a [*CheckpointError] if another one
// has it.
func Guard(path string) (release func() error, err error) {
	g, err := filelock.Beside(path)
	switch {
	case err != nil:
		return nil, &CheckpointError{path, err}
	case g == nil:
		return nil, &CheckpointError{path, errors.New("another process trains into it: wait for that, or name another file")}
	}
	return g.Release, nil
}

// CheckpointKernel is the name of the kernel that a checkpoint was made with; empty if it is not there or not one, as
// [Run.Resume] will say.
func CheckpointKernel(path string) string {
	f, err := readFile(path, openPlain)
	if err != nil {
		return ""
	}
	var c checkpoint
	if err := json.Unmarshal([]byte(f.Metadata[checkpointKey]), &c); err != nil {
		return ""
	}
	return c.Made.Kernel
}

// Resume continues from a checkpoint. It reports whether there was one; a file that is none, or of another run, is a
// [*CheckpointError], and then the run is not changed.
func (r *Run) Resume(path string) (bool, error) {
	f, err := readFile(path, openPlain)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = r.restore(f)
	}
	if err != nil {
		return false, &CheckpointError{path, err}
	}
	return true, nil
}

// openPlain opens what is nothing but a file: anything else might be waited for.
func openPlain(path string) (*os.File, error) {
	file, err := plainfile.Open(path, os.O_RDONLY, 0)
	if kind, ok := errors.AsType[*plainfile.KindError](err); ok {
		err = fmt.Errorf("it is %s: name a file", kind.Kind)
	}
	return file, err
}

// restore continues from a checkpoint, or changes nothing.
func (r *Run) restore(f *Safetensors) error {
	c, err := r.readCheckpoint(f)
	if err != nil {
		return err
	}
	weights, velocity := r.weights.Clone(), r.weights.Clone()
	if err := weights.set(f.Floats); err != nil {
		return err
	}
	moving := func(name string) ([]int, []float32, error) { return f.Floats(velocityPrefix + name) }
	if err := velocity.store(moving, false); err != nil {
		return err
	}
	copy(r.weights.params, weights.params)
	copy(r.weights.stats, weights.stats)
	copy(r.solver.Velocity, velocity.params)
	r.step, r.loss, r.last = c.Step, float64(c.Loss), float64(c.Last)
	return nil
}

func (r *Run) readCheckpoint(f *Safetensors) (c checkpoint, err error) {
	text, ok := f.Metadata[checkpointKey]
	if !ok {
		return c, errors.New("the file holds weights but no run; name another file")
	}
	if f.Metadata[digestKey] == "" || f.verify() != nil {
		return c, errors.New("its content is not what was written: remove it to begin again, or name another file")
	}
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return c, err
	}
	now := r.made()
	if c.Made.ClassNames == nil {
		now.ClassNames = nil
	}
	diffs, err := settings.Between(c.Made, now)
	switch {
	case err != nil:
		return c, err
	case len(diffs) > 0:
		return c, &settings.ChangedError{Kind: "file", Differences: diffs}
	case c.Step < 0 || c.Step > r.Steps():
		return c, fmt.Errorf("step %d of %d", c.Step, r.Steps())
	}
	return c, nil
}
