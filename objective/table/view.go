package table

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// View is the chosen metrics of a table, in memory: an [objective.Evaluator] that knows its [objective.Landscape]. It
// is safe for concurrent use.
type View struct {
	sp     Space
	info   Info   // of the table
	path   string // where the table was opened
	source string
	lower  []*level // lower fidelities that have all of the metrics, ascending

	*objective.Measured
}

var (
	_ objective.Evaluator  = (*View)(nil)
	_ objective.Settings   = (*View)(nil)
	_ objective.Named      = (*View)(nil)
	_ objective.Landscape  = (*View)(nil)
	_ objective.Fidelities = (*View)(nil)
)

// Evaluate looks an architecture up, without allocating. Values of a lower fidelity are read when the first is asked
// for. Errors are *objective.MissingError for a hole of the table, *objective.FidelityError for a fidelity at which it
// does not have all of the metrics, and the space's for what is no architecture.
func (v *View) Evaluate(ctx context.Context, r objective.Request) (objective.Outcome, error) {
	if !objective.SameFidelity(r.Fidelity, 1) {
		l := v.level(r.Fidelity)
		if l == nil {
			return objective.Outcome{}, &objective.FidelityError{
				Source: "table " + v.info.Name, Fidelity: r.Fidelity, Has: v.Fidelities(),
			}
		}
		low, err := l.get(ctx)
		if err != nil {
			return objective.Outcome{}, err
		}
		r.Fidelity = 1
		return low.Evaluate(ctx, r)
	}
	class, err := v.sp.ClassOf(r.Arch)
	if err != nil {
		return objective.Outcome{}, fmt.Errorf("table %s: %w", v.info.Name, err)
	}
	values := v.Values(class)
	if gap := slices.IndexFunc(values, math.IsNaN); gap >= 0 {
		e := &objective.MissingError{Source: "table " + v.info.Name, Arch: r.Arch, Metric: v.Metrics()[gap]}
		return objective.Outcome{}, e
	}
	return objective.Outcome{Values: values}, nil
}

// The benchmark's training, as Cost counts it.
const (
	epochs       = 200
	images       = 50_000
	passes       = 3    // forward, and twice as much backward
	multiplyAdds = 1e12 // a second, of a nominal accelerator

	unsized = time.Hour // where the space does not know the size of its networks
)

// Cost estimates how long the training that was measured takes, for a lower fidelity the share of its epochs:
//
//	FLOPs x 3 passes x 50,000 images x 200 epochs / (10^12 multiply-adds a second)
//
// with the FLOPs of the class's canonical member, so that all members cost the same. It is an hour in a space
// that is no [space.Sizer], and nothing for what is no architecture.
func (v *View) Cost(r objective.Request) time.Duration {
	class, err := v.sp.ClassOf(r.Arch)
	if err != nil {
		return 0
	}
	full := unsized
	if s, ok := v.sp.(space.Sizer); ok {
		seconds := float64(s.FLOPs(v.sp.Class(class))) * passes * images * epochs / multiplyAdds
		full = time.Duration(seconds * float64(time.Second))
	}
	share := r.Fidelity
	if l := v.level(share); l != nil {
		share = l.cost
	}
	return time.Duration(float64(full) * share)
}

// Holes is the number of classes that miss some metric.
func (v *View) Holes() (n int) {
	for class := range v.Classes() {
		if slices.ContainsFunc(v.Values(class), math.IsNaN) {
			n++
		}
	}
	return n
}

// Answers returns a [*NothingError] if no class has all of the metrics.
func (v *View) Answers() error {
	if v.Holes() < v.Classes() {
		return nil
	}
	return &NothingError{v.info.Name, v.Metrics()}
}

// Source identifies the space, the dataset, the metrics with their settings, and all values of the full training: 32
// hex digits. It does not depend on the files that the values came from, nor on what there is of lower fidelities: a
// search that never asks for them is the same with and without.
func (v *View) Source() string { return v.source }

// Name says which table it is of, for people: its path and data set. It is UTF-8 whatever files are called.
func (v *View) Name() string {
	name := strings.ToValidUTF8(v.path, "\ufffd")
	if v.info.Dataset == "" || v.info.Dataset == v.path {
		return name
	}
	return name + " · " + v.info.Dataset
}

// Settings says what else the answers follow from: the network, of whose size the clock of a search is, and what was
// made of several rows of one class.
func (v *View) Settings() map[string]string {
	if _, ok := v.sp.(nasbench201.Space); !ok {
		return nil
	}
	s := map[string]string{"network": "not known"}
	if v.info.Network != nil {
		s["network"] = networkText(*v.info.Network)
	}
	if v.info.Rows != "" {
		s["rows"] = string(v.info.Rows)
	}
	return s
}

func (v *View) fingerprint(dataset string) string {
	b := make([]byte, 0, 1024+8*v.Classes()*len(v.Metrics()))
	text := func(s string) { b = append(binary.LittleEndian.AppendUint64(b, uint64(len(s))), s...) }
	text("nassearch table 1")
	text(v.sp.Name())
	text(dataset)
	b = binary.LittleEndian.AppendUint64(b, uint64(v.Classes()))
	for _, m := range v.Metrics() {
		text(m.Name)
		text(m.Goal.String())
		text(m.Setting.String())
	}
	for class := range v.Classes() {
		for _, x := range v.Values(class) {
			if math.IsNaN(x) {
				x = math.NaN() // always the same bits
			}
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		}
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
