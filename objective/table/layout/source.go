package layout

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
)

// Source is what networks were tested on: clean images, an attack's, a corruption's. Or it is all that [Score] is of.
type Source struct {
	Key  string              // in file names: "aa_apgd-ce@Linf"
	Name string              // in metric names: "apgd"
	At   []objective.Setting // of the values of a list
	// Scores are what the values of a list are, of scores. Without these and settings there is no list but one value.
	Scores []objective.Metric
}

// ScoreSource returns the source of scores. They share a file: it is half as large as one for each would be together.
func ScoreSource(scores []objective.Metric) Source { return Source{Key: "measures", Scores: scores} }

// list is how many values a list has; 0: there is no list.
func (s Source) list() int { return len(s.At) + len(s.Scores) }

// IsAttack says whether its images are an attack's.
func (s Source) IsAttack() bool { return len(s.At) > 0 && s.At[0].Eps != 0 }

// IsCorruption says whether its images are a corruption's.
func (s Source) IsCorruption() bool { return len(s.At) > 0 && s.At[0].Severity != 0 }

// File is the name of the file that holds a measure.
func (s Source) File(m Measure) string { return fileName(s.Key) + "_" + string(m) + ".json" }

// asPublished are names of the kind that the robustness dataset has, such as aa_apgd-ce@Linf and ImageNet16-120.
var asPublished = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*(@[A-Za-z0-9]+)?$`)

// fileName is what a key, or the folder of a dataset, is called in a table: as it is, unless attacks and images of a
// user's own have names that no file can have everywhere.
func fileName(name string) string {
	if asPublished.MatchString(name) {
		return name
	}
	return plain.FileName(name)
}

// Released lists the datasets of the robustness dataset.
var Released = []string{"cifar10", "cifar100", "ImageNet16-120"}

// Attacks lists the attacks of the robustness dataset, as metrics name them: means over attacks are over these.
var Attacks = []string{"fgsm", "pgd", "apgd", "square"}

// severities are those that the released dataset has of each corruption.
var severities = objective.Severities(corruption.Severities)

// sources lists what the dataset's networks were tested on: what the released files are about, and attacks that
// meta.json lists besides.
func (d *Dataset) sources() ([]Source, error) {
	all := []Source{{Key: "clean", Name: "clean"}}
	if d.any("train") {
		all = append(all, Source{Key: "train", Name: "train"}) // images that were trained on
	}
	methods := robustness.Methods().Measured()
	for _, key := range d.Meta.attackKeys(methods) {
		s := attackSource(key, d.Meta.eps[key], methods)
		if len(s.At) > 0 {
			all = append(all, s)
		} else if d.any(key) {
			problem := "no list for " + key + ", of which there are files"
			return nil, &FormatError{File: d.Meta.file, Key: "epsilons", Problem: problem}
		}
	}
	for _, c := range d.Meta.corruptions() {
		at, listed := d.Meta.severities[c]
		switch {
		case d.Name == "ImageNet16-120" && !d.any(c):
			continue // the released dataset has none
		case !listed:
			at = severities
		case len(at) == 0 && d.any(c):
			problem := "no severity of " + c + ", of which there are files"
			return nil, &FormatError{File: d.Meta.file, Key: "severities", Problem: problem}
		case len(at) == 0:
			continue
		}
		all = append(all, Source{Key: c, Name: c, At: at})
	}
	if d.Protocol != nil && len(d.Protocol.Measures) > 0 {
		all = append(all, ScoreSource(d.Protocol.Measures))
	}
	return all, nil
}

// corruptions lists those of the released dataset, then what else meta.json lists.
func (m *Meta) corruptions() []string {
	names := corruption.Corruptions().Names()
	for _, name := range slices.Sorted(maps.Keys(m.severities)) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// attackKeys lists the released attacks in the order of our listings, then what else meta.json lists.
func (m *Meta) attackKeys(methods robustness.Catalogue) []string {
	var keys []string
	for _, name := range Attacks {
		for _, method := range methods {
			if method.Metric == name {
				keys = append(keys, method.Released(robustness.Linf))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(m.eps)) {
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// attackSource makes of "aa_apgd-ce@Linf" the source apgd at sizes in 1/255, and of "pgd@L2" the source pgd at radii of
// pixels in [0,1]. A norm that nobody here knows stays in the name.
func attackSource(key string, sizes []objective.Eps, methods robustness.Catalogue) Source {
	stem, at, _ := strings.Cut(key, "@")
	norm, err := robustness.ParseNorm(at)
	name := strings.TrimSuffix(strings.TrimPrefix(stem, "aa_"), "-ce")
	for _, method := range methods {
		if method.Released(norm) == key {
			name = method.Metric
		}
	}
	if err != nil && at != "" {
		name += "_" + at
	}
	s := Source{Key: key, Name: name}
	for _, e := range sizes {
		s.At = append(s.At, objective.Setting{Norm: norm, Eps: e})
	}
	return s
}
