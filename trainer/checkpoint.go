package trainer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strconv"

	"github.com/nassearch/nassearch/internal/settings"
)

// CheckpointError reports a checkpoint that a run cannot continue from.
type CheckpointError struct {
	Path string
	Err  error
}

func (e *CheckpointError) Error() string {
	return fmt.Sprintf("checkpoint %s: %v", e.Path, e.Err)
}

// Unwrap returns what is wrong with the checkpoint.
func (e *CheckpointError) Unwrap() error { return e.Err }

const (
	checkpointKey = "nassearch.checkpoint"
	digestKey     = "nassearch.digest" // of all else in the file
)

// checkpoint is what a checkpoint holds besides tensors.
type checkpoint struct {
	Step int    `json:"step"`
	Loss string `json:"loss"` // of the epoch so far, hexadecimal: no bit is lost
	Last string `json:"last"`
	Made made   `json:"made"`
}

// made is what decides about the bits of a run: two runs that agree in it continue each other's checkpoints.
type made struct {
	Network  description `json:"network"`
	Training Config      `json:"training"`
	Images   string      `json:"images"` // digest of the training set
	Kernel   string      `json:"kernel"`
}

func (r *Run) made() made {
	return made{describe(r.weights.Spec), r.config, r.digest(), r.engine.Kernel.Name}
}

// Save writes a checkpoint, from which [Run.Resume] continues to the same bits. It replaces an existing file only
// when all is written.
func (r *Run) Save(path string) error {
	f, err := r.weights.encode()
	if err != nil {
		return err
	}
	each(r.weights, r.solver.Velocity, nil, func(name string, shape []int, values []float32) {
		f.Add("velocity."+name, shape, values)
	})
	text, err := json.Marshal(checkpoint{r.step, exactly(r.loss), exactly(r.last), r.made()})
	if err != nil {
		return err
	}
	f.Metadata[checkpointKey] = string(text)
	if f.Metadata[digestKey], err = f.digest(); err != nil {
		return err
	}
	return f.save(path)
}

func exactly(v float64) string { return strconv.FormatFloat(v, 'x', -1, 64) }

// Resume continues from a checkpoint. It reports whether there was one; a file that is none, or of another run, is a
// [*CheckpointError], and then the run is not changed.
func (r *Run) Resume(path string) (bool, error) {
	f, err := readFile(path)
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
	err = velocity.setParams(func(name string) ([]int, []float32, error) { return f.Floats("velocity." + name) })
	if err != nil {
		return err
	}
	copy(r.weights.params, weights.params)
	copy(r.weights.stats, weights.stats)
	copy(r.solver.Velocity, velocity.params)
	r.step, r.loss, r.last = c.step, c.loss, c.last
	return nil
}

// progress is how far a checkpoint's run was.
type progress struct {
	step       int
	loss, last float64
}

func (r *Run) readCheckpoint(f *Safetensors) (p progress, err error) {
	text, ok := f.Metadata[checkpointKey]
	if !ok {
		return p, errors.New("the file holds weights but no run; name another file")
	}
	if err := f.verify(); err != nil {
		return p, err
	}
	var c checkpoint
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		return p, err
	}
	diffs, err := settings.Between(c.Made, r.made())
	if err != nil {
		return p, err
	}
	if len(diffs) > 0 {
		return p, &settings.ChangedError{Kind: "file", Differences: diffs}
	}
	if c.Step < 0 || c.Step > r.Steps() {
		return p, fmt.Errorf("step %d of %d", c.Step, r.Steps())
	}
	p.step = c.Step
	if p.loss, err = strconv.ParseFloat(c.Loss, 64); err != nil {
		return p, err
	}
	p.last, err = strconv.ParseFloat(c.Last, 64)
	return p, err
}

// digest identifies the content, but for the digest that it holds.
func (s *Safetensors) digest() (string, error) {
	rest := *s
	rest.Metadata = maps.Clone(s.Metadata)
	delete(rest.Metadata, digestKey)
	h := sha256.New()
	if _, err := rest.WriteTo(h); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// verify returns an error if the content is not that which was written.
func (s *Safetensors) verify() error {
	d, err := s.digest()
	if err == nil && d != s.Metadata[digestKey] {
		err = errors.New("its content is not what was written: remove it to begin again, or name another file")
	}
	return err
}
