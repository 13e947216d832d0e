package backends

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/pflag"
	"go.uber.org/zap"
)

// mostScores is the number of scores that a search may have: each is one more weight to learn in every view of a cell.
const mostScores = 64

// Scores are the flags that say what is known of cells from elsewhere.
type Scores struct{ features, priors []string }

// Register adds the flags.
func (s *Scores) Register(f *pflag.FlagSet) {
	f.StringArrayVar(&s.features, "features", nil,
		"scores of cells that bo may learn from, as FILE or FILE:column,column: a table, or what measure --all wrote; may "+
			"be repeated")
	f.StringArrayVar(&s.priors, "prior", nil,
		"values of another table that bo may learn from, as TABLE:METRIC or, of one data set of several, "+
			"TABLE/DATASET:METRIC; how far to trust them is learnt; may be repeated")
	for _, flag := range []string{"features", "prior"} {
		files.ReadsColumns(f, flag, "csv", "json", "js", "zip")
	}
}

// Read reads what the flags name, of the classes of a space that is searched.
func (s *Scores) Read(ctx context.Context, t *Tables, sp space.Space, log *zap.Logger) ([]search.Score, error) {
	if len(s.features)+len(s.priors) == 0 {
		return nil, nil
	}
	e, ok := sp.(space.Enumerator)
	if !ok {
		return nil, usage.Mark(fmt.Errorf("--features and --prior take a space whose classes can be listed, which %s is not",
			sp.Name()))
	}
	var all []search.Score
	for _, text := range s.features {
		path, columns := named(text)
		if path == "" {
			return nil, usage.Mark(fmt.Errorf("--features %q: want FILE or FILE:column,column", text))
		}
		scores, err := t.scores(ctx, log, e, scored{flag: "--features " + text, path: path, metrics: columns})
		if err != nil {
			return nil, err
		}
		all = append(all, scores...)
	}
	for _, text := range s.priors {
		path, metrics := named(text)
		if path == "" || len(metrics) != 1 {
			return nil, usage.Mark(fmt.Errorf("--prior %s: want TABLE:METRIC, such as robustness-data:pgd_acc", text))
		}
		scores, err := t.scores(ctx, log, e, scored{flag: "--prior " + text, path: path, metrics: metrics, prior: true})
		if err != nil {
			return nil, err
		}
		all = append(all, scores...)
	}
	if len(all) > mostScores {
		return nil, usage.Mark(fmt.Errorf("%d columns of --features and --prior: want at most %d, name some as "+
			"FILE:column,column", len(all), mostScores))
	}
	names := map[string]bool{}
	for _, score := range all {
		if names[score.Name] {
			return nil, usage.Mark(fmt.Errorf("%s stands twice among --features and --prior", score.Name))
		}
		names[score.Name] = true
	}
	return all, nil
}

// named separates the path of a table from names behind the first colon before which there is something.
func named(text string) (path string, names []string) {
	for i, r := range text {
		if r != ':' {
			continue
		}
		if _, err := os.Stat(text[:i]); err == nil || text[:i] == micro.Path || i == strings.LastIndexByte(text, ':') {
			return text[:i], strings.Split(text[i+1:], ",")
		}
	}
	return text, nil
}

// scored is what one flag asks for.
type scored struct {
	flag    string
	path    string
	metrics []string // nil: all that are there, but not what follows from the cell alone
	prior   bool
}

// scores reads columns of a table. What is the same for all classes, or known of none, tells nothing.
func (t *Tables) scores(ctx context.Context, log *zap.Logger, e space.Enumerator, s scored) ([]search.Score, error) {
	opened, err := t.openScores(s.path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.flag, err)
	}
	if s.metrics == nil {
		for _, m := range opened.Available() {
			if !m.Computed {
				s.metrics = append(s.metrics, m.Metric.Key())
			}
		}
	}
	if len(s.metrics) == 0 {
		return nil, fmt.Errorf("%s: %s has no scores: want a column for each, or the names of columns", s.flag, s.path)
	}
	view, err := opened.Select(ctx, s.metrics, table.Settings{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.flag, err)
	}
	if n := opened.Info().Several; n > 0 {
		log.Info("classes with several rows have their mean", zap.String("of", s.flag), zap.Int("classes", n))
	}
	var scores []search.Score
	without := 0
	var nothing error
	for i := range view.Metrics() {
		score := s.score(opened.Space(), view, i)
		known, different := survey(e, score)
		switch {
		case known == 0:
			nothing = fmt.Errorf("%s: %s is known of none of the classes that are searched", s.flag, score.Name)
			log.Warn("a score that is known of no class is left out", zap.String("score", score.Name))
			continue
		case !different:
			nothing = fmt.Errorf("%s: %s is the same for all classes, which tells nothing", s.flag, score.Name)
			log.Warn("a score that is the same for all classes tells nothing: it is left out",
				zap.String("score", score.Name))
			continue
		}
		without = max(without, e.Classes()-known)
		scores = append(scores, score)
	}
	if len(scores) == 0 {
		return nil, nothing
	}
	if without > 0 {
		log.Info("classes without a score are told apart", zap.String("of", s.flag), zap.Int("without", without),
			zap.Int("classes", e.Classes()))
	}
	return scores, nil
}

// score is one metric of a table.
func (s scored) score(sp table.Space, view *table.View, metric int) search.Score {
	m, file := view.Metrics()[metric], strings.ToValidUTF8(filepath.Base(s.path), "\ufffd") // it is kept as JSON
	return search.Score{
		Name: file + ":" + m.Key(), Source: file + " (" + view.Source() + ")",
		Prior: s.prior,
		Of: func(a space.Arch) (float64, bool) {
			class, err := sp.ClassOf(a)
			if err != nil {
				return 0, false
			}
			v := view.Values(class)[metric]
			if s.prior {
				v = -m.Goal.Cost(v)
			}
			return v, !math.IsNaN(v)
		},
	}
}

// survey counts the classes of which a score is known, and says whether it differs between any two.
func survey(e space.Enumerator, s search.Score) (known int, different bool) {
	first := math.NaN()
	for class := range e.Classes() {
		v, ok := s.Of(e.Class(class))
		switch {
		case !ok:
			continue
		case known == 0:
			first = v
		}
		known++
		different = different || v != first
	}
	return known, different
}

// openScores opens a table, or one data set of several where the last part of the path names it. Where a class has
// several rows their mean counts.
func (t *Tables) openScores(path string) (*table.Table, error) {
	o := table.Options{Rows: table.Mean, Formats: t.formats}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		dir := filepath.Dir(path)
		if _, err := os.Stat(filepath.Join(path, "meta.json")); err != nil {
			if _, err := os.Stat(filepath.Join(dir, "meta.json")); err == nil {
				path, o.Dataset = dir, filepath.Base(path)
			}
		}
	}
	return table.Open(path, o)
}
