package cmd_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/robustness/measure"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/search/report"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"gonum.org/v1/gonum/stat"
)

// nobody is a backend with a flag that cannot be asked.
func nobody(name, flag string) backend.Backend {
	return backend.Backend{Name: name, New: func(f *pflag.FlagSet) backend.Measurer {
		f.String(flag, "", "")
		return unable{}
	}}
}

type unable struct{}

func (unable) Open(context.Context, backend.Ask) (*backend.Problem, error) { return nil, io.EOF }

func (unable) Describe(context.Context, backend.Ask) (backend.Listing, error) {
	return backend.Listing{}, io.EOF
}

// named is a corruption of a name, which does nothing.
type named string

func (n named) Name() string { return string(n) }
func (named) At(robustness.Shape, int) corruption.Transform {
	return func(to, x []uint8, _ *rand.Rand) { copy(to, x) }
}

// score is a measure of initial weights that is always the same.
func score(name string, v float64) measure.Measure {
	of := func(context.Context, *measure.Case) (float64, error) { return v, nil }
	return measure.Measure{Name: name, Meaning: "what is always " + fmt.Sprint(v), Of: of}
}

func TestNameThatIsThereIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		x    cmd.Extensions
		want string
	}{
		"strategy":   {cmd.Extensions{Strategies: search.Registry{"bo": {}}}, `the strategy "bo" is there already`},
		"attack":     {cmd.Extensions{Attacks: robustness.Catalogue{{Name: "pgd"}}}, `the attack "pgd" is there already`},
		"backend":    {cmd.Extensions{Backends: backend.Registry{nobody("live", "x")}}, `the backend "live" is there already`},
		"two":        {cmd.Extensions{Backends: backend.Registry{nobody("a", "x"), nobody("a", "y")}}, `the backend "a" is there already`},
		"flag":       {cmd.Extensions{Backends: backend.Registry{nobody("a", "seed")}}, "backend a: there is a flag --seed already"},
		"global":     {cmd.Extensions{Backends: backend.Registry{nobody("a", "log-level")}}, "backend a: there is a flag --log-level already"},
		"corruption": {cmd.Extensions{Corruptions: corruption.Catalogue{corruption.Fog{}}}, `the corruption "fog" is there already`},
		"all":        {cmd.Extensions{Corruptions: corruption.Catalogue{named("all")}}, `the corruption "all" cannot be one of a metric`},
		"spaces":     {cmd.Extensions{Corruptions: corruption.Catalogue{named("two words")}}, `the corruption "two words" cannot be one of a metric`},
		"clean":      {cmd.Extensions{Corruptions: corruption.Catalogue{named("clean")}}, `the metric "clean_acc" is there already`},
		"measure":    {cmd.Extensions{Measures: measure.Catalogue{score("mine", 1), score("mine", 2)}}, `the measure "mine" is there already`},
		"metric":     {cmd.Extensions{Measures: measure.Catalogue{score("pgd_acc", 1)}}, `the metric "pgd_acc" is there already`},
		"setting":    {cmd.Extensions{Measures: measure.Catalogue{score("mine@1/255", 1)}}, `the measure "mine@1/255" cannot be a metric`},
		"nothing":    {cmd.Extensions{Measures: measure.Catalogue{{Name: "mine"}}}, `the measure mine has no function that takes it`},
		"statistic":  {cmd.Extensions{Statistics: []analysis.Statistic{{Name: "IQM"}}}, `the statistic "IQM" is there already`},
		"command":    {cmd.Extensions{Commands: []*cobra.Command{{Use: "query CELL"}}}, `the command "query" is there already`},
		"form":       {cmd.Extensions{Forms: []report.Form{{Name: "csv"}}}, `the form of results "csv" is there already`},
		"theirs":     {cmd.Extensions{Backends: backend.Registry{nobody("a", "x"), nobody("b", "x")}}, "backend b: there is a flag --x already"},
	} {
		t.Run(name, func(t *testing.T) {
			var errs bytes.Buffer
			if code := cmd.Run(t.Context(), c.x, []string{"version"}, io.Discard, &errs); code != 1 || !strings.Contains(errs.String(), c.want) {
				t.Errorf("exit code %d: %s, want %q", code, errs.String(), c.want)
			}
		})
	}
}

func TestAttacksOfAProgramAreMeasured(t *testing.T) {
	mine := robustness.Method{Name: "mine", Metric: "mine", Attacks: []robustness.Attack{robustness.FGSM()}}
	x := cmd.Extensions{Attacks: robustness.Catalogue{mine}}
	dir := t.TempDir()
	search := "--backend live --objective mine_acc --strategy random --budget 1 --epochs 1 --samples 16"
	for _, c := range []struct{ args, want string }{
		{"__complete attack --attacks m", "mine\n:4\n"},
		{"attack 9381 --epochs 1 --samples 16 --attacks mine", "\nmine    1/255  0."},
		{search, "best     mine_acc 0."},
		{"table build --limit 1 --seeds 1 --epochs 1 --attacks mine --out " + dir, "1 of 6,466 classes"},
		{"table info --data " + dir, "\nmine_acc "},
	} {
		var out, errs bytes.Buffer
		code := cmd.Run(t.Context(), x, strings.Fields(c.args), &out, &errs)
		if code != 0 || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: exit code %d, want %q in:\n%s%s", c.args, code, c.want, out.String(), errs.String())
		}
	}
}

func TestMeasuresOfAProgramAreMetrics(t *testing.T) {
	x := cmd.Extensions{Measures: measure.Catalogue{score("mine", 42), {
		Name: "trained", Meaning: "brightness of the first image", Minimize: true, Images: 1,
		Needs: measure.Needs{Images: true, Trained: true},
		Of:    func(_ context.Context, c *measure.Case) (float64, error) { return stat.Mean(c.Pixels[:64], nil), nil },
	}}}
	runs := regexp.MustCompile(` +`) // of spaces: columns are as wide as what stands in them
	for _, c := range []struct{ args, want string }{
		{"__complete --backend live --objective min", "mine\twhat is always 42\n:4\n"},
		{"objectives --backend live", "\nmine max weights as they are drawn "},
		{"objectives --backend live", "\ntrained min trained weights "},
		{"--backend live --objective mine --strategy random --budget 2", "\nlive micro: Fashion-MNIST 8x8, C=4, N=1, not trained · "},
		{"--backend live --objective mine --strategy random --budget 2", "\nbest mine 42 · query 1\n"},
		{
			"--backend live --objective trained --strategy random --budget 1 --epochs 1 --measure-images 32",
			"\nmeasure trained: trained weights · the first 1 of 1,024 images, ",
		},
	} {
		var out, errs bytes.Buffer
		code := cmd.Run(t.Context(), x, strings.Fields(c.args), &out, &errs)
		if text := runs.ReplaceAllString("\n"+out.String(), " "); code != 0 || !strings.Contains(text, c.want) {
			t.Errorf("%s: exit code %d, want %q in:\n%s%s", c.args, code, c.want, out.String(), errs.String())
		}
	}
}

func TestPanicIsAFailureOfOneLine(t *testing.T) {
	mine := &cobra.Command{Use: "mine", RunE: func(*cobra.Command, []string) error {
		var none []int
		none[len(none)] = 1
		return nil
	}}
	var errs bytes.Buffer
	code := cmd.Run(t.Context(), cmd.Extensions{Commands: []*cobra.Command{mine}}, []string{"mine"}, io.Discard, &errs)
	if text := errs.String(); code != 1 || strings.Count(text, "\n") != 1 || !strings.Contains(text, "panic: runtime error: index out of range [0] with length 0 (extensions_test.go:") {
		t.Errorf("exit code %d: %s", code, text)
	}
}
