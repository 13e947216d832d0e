package leaderboard_test

import (
	"bytes"
	gocmp "cmp"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/analysis/leaderboard"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

// opened opens a table of two cells with these columns.
func opened(t *testing.T, columns string) *table.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	holes := strings.Repeat(",", strings.Count(columns, ","))
	text := "arch," + columns + "\n|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,0.1" + holes + "\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func named(all []leaderboard.Threat) (list []string) {
	for _, t := range all {
		text := t.Name + ":"
		for _, m := range t.Metrics {
			text += " " + m.Key()
		}
		if t.Mean != nil {
			text += " by " + t.Mean.Name
		}
		list = append(list, text)
	}
	return list
}

func TestThreatsAreThoseThatATableHas(t *testing.T) {
	for columns, want := range map[string][]string{
		"clean_acc":            nil,
		"clean_acc,latency":    nil,
		"pgd_acc":              {"eps not told: pgd_acc"},
		"fgsm_acc@l2:0.5":      {"L2 0.5: fgsm_acc@l2:0.5"},
		"certified_acc@l2:0.5": nil,
		"pgd_acc@8/255,clean_acc,pgd_acc@1/255,mine_acc@8/255,pgd_loss@8/255,pgd_acc@l2:0.25,fog_acc@severity1,fog_acc@severity2,snow_acc@severity1": {
			"Linf 1/255: pgd_acc@1/255", "Linf 8/255: pgd_acc@8/255 mine_acc@8/255", "L2 0.25: pgd_acc@l2:0.25",
			"corruptions: fog_acc@mean-of-2-severities snow_acc@mean-of-1-severities",
		},
		"fgsm_acc@255/255,fgsm_acc@1/255": {"Linf 1/255: fgsm_acc@1/255"},
	} {
		all := leaderboard.Threats(opened(t, columns).Available(), objective.Usual())
		if d := cmp.Diff(want, named(leaderboard.Usual(all))); d != "" {
			t.Errorf("%s: -want +got\n%s", columns, d)
		}
	}
}

// A board has the best classes by the lowest accuracy, none that lacks one, and every network of one's own.
func TestBoardHasTheBest(t *testing.T) {
	has := opened(t, "a_acc@1/255,b_acc@1/255").Available()
	threat := leaderboard.Threats(has, objective.Usual())[0]
	rapid.Check(t, func(r *rapid.T) {
		value := rapid.SampledFrom([]float64{math.NaN(), 0, .1, .2, .3, .5, 1})
		row := rapid.SliceOfN(value, 2, 2)
		rows := rapid.SliceOfN(row, 0, 30).Draw(r, "rows")
		outside := rapid.IntRange(-1, len(rows)).Draw(r, "outside")
		most := rapid.IntRange(1, 12).Draw(r, "most")
		own := rapid.SampledFrom([]float64{0, .15, .2, 1}).Draw(r, "own")
		b := leaderboard.New(threat, leaderboard.Columns{
			Classes: len(rows), Within: func(class int) bool { return class != outside },
			Column: func(name string) func(class int) float64 {
				i := map[string]int{"a_acc@1/255": 0, "b_acc@1/255": 1}[name]
				return func(class int) float64 { return rows[class][i] }
			},
			Network: func(class int) leaderboard.Network {
				return leaderboard.Network{Arch: space.Arch(rune('A' + class))}
			},
		}, []leaderboard.Network{{Own: "w", Worst: &own}, {Own: "not measured"}}, most)
		var scores []float64
		lacking := 0
		for class, v := range rows {
			switch score := min(v[0], v[1]); {
			case class == outside:
			case math.IsNaN(score):
				lacking++
			default:
				scores = append(scores, score)
			}
		}
		slices.SortFunc(scores, func(a, b float64) int { return gocmp.Compare(b, a) })
		if b.Classes != len(scores) || b.Lacking != lacking || len(b.Networks) != min(most, len(scores))+1 {
			r.Fatalf("%d classes, %d lacking, %d networks", b.Classes, b.Lacking, len(b.Networks))
		}
		at := 0
		for i, n := range b.Networks {
			if i > 0 && *n.Worst > *b.Networks[i-1].Worst {
				r.Fatalf("%v stands behind %v", *n.Worst, *b.Networks[i-1].Worst)
			}
			better := 0
			for _, s := range scores {
				if s > *n.Worst {
					better++
				}
			}
			if n.Rank != 1+better {
				r.Fatalf("%v has rank %d, want %d", *n.Worst, n.Rank, 1+better)
			}
			if n.Own != "" {
				continue
			}
			if class := int([]rune(n.Arch)[0] - 'A'); *n.Worst != scores[at] || n.Values["a_acc"] != rows[class][0] {
				r.Fatalf("place %d: %v of %v", at, *n.Worst, rows[class])
			}
			at++
		}
	})
}

// The released dataset's known bests lead its boards.
func TestReleasedDataset(t *testing.T) {
	opened, err := table.Open(sharedtest.Robustness(t), table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := leaderboard.Usual(leaderboard.Threats(opened.Available(), objective.Usual()))
	want := map[string]struct {
		score float64
		id    int
	}{"Linf 1/255": {.540, 11933}, leaderboard.Corruptions: {.58555, 3456}}
	names := leaderboard.Needs(all)
	view, err := opened.Select(t.Context(), names, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	for _, threat := range all {
		w, ok := want[threat.Name]
		if !ok {
			continue
		}
		delete(want, threat.Name)
		b := leaderboard.New(threat, leaderboard.Columns{
			Classes: opened.Space().Classes(), Within: func(int) bool { return true },
			Column: func(name string) func(class int) float64 {
				i := slices.Index(names, name)
				return func(class int) float64 { return view.Values(class)[i] }
			},
			Network: func(class int) leaderboard.Network {
				arch := opened.Representative(class)
				return leaderboard.Network{Arch: arch, Named: opened.Names().Of(arch)}
			},
		}, nil, 1)
		got := b.Networks[0]
		score := got.Worst
		if threat.Corrupts() {
			score = got.Mean
		}
		if *got.ID != w.id || math.Abs(*score-w.score) > 5e-6 || b.Classes != 6466 {
			t.Errorf("%s: #%d with %v among %d, want #%d with %v", threat.Name, *got.ID, *score, b.Classes, w.id, w.score)
		}
	}
	if len(want) > 0 {
		t.Errorf("no board of %v", want)
	}
}

func TestOwnThreatsAreAdded(t *testing.T) {
	all := leaderboard.Threats(opened(t, "pgd_acc@8/255").Available(), objective.Usual())
	at := objective.At(8)
	all = leaderboard.With(all, at, objective.Metric{Name: "aa_acc", Setting: at}, objective.Metric{Name: "pgd_acc", Setting: at})
	all = leaderboard.With(all, objective.At(1), objective.Metric{Name: "aa_acc", Setting: objective.At(1)})
	all = leaderboard.WithCorruptions(all, objective.Metric{Name: "fog_acc"})
	var b bytes.Buffer
	for _, threat := range all {
		b.WriteString(threat.Name + " others")
		for _, m := range threat.Others {
			b.WriteString(" " + m.Name)
		}
		b.WriteString("; ")
	}
	if want := "Linf 1/255 others aa_acc; Linf 8/255 others aa_acc; corruptions others fog_acc; "; b.String() != want {
		t.Errorf("%s, want %s", b.String(), want)
	}
}
