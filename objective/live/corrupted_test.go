package live_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/robustness/corruption"
)

// dark takes light away, and counts the images that it does it to.
type dark struct{ images *atomic.Int64 }

func (dark) Name() string   { return "dark" }
func (dark) Origin() string { return "no lamp" }
func (d dark) At(_ robustness.Shape, severity int) corruption.Transform {
	return func(to, x []uint8, _ *rand.Rand) {
		d.images.Add(1)
		for i, v := range x {
			to[i] = v >> severity
		}
	}
}

// darkLab has the corruption among those that are known.
func darkLab(t *testing.T, p live.Protocol) (*live.Lab, dark) {
	t.Helper()
	d := dark{new(atomic.Int64)}
	known := objective.Usual()
	known.Corruptions = append(known.Corruptions, d)
	l, err := live.NewLab(p, known, newLab(t, quick(t)).Kernel)
	if err != nil {
		t.Fatal(err)
	}
	return l, d
}

func TestMeansAreOverSeverities(t *testing.T) {
	p := quick(t)
	p.Sample = 64
	l, d := darkLab(t, p)
	names := []string{"dark_acc", "corruption_acc"}
	for severity := range 5 {
		names = append(names, "dark_acc@severity"+strconv.Itoa(severity+1))
	}
	e := newEvaluator(t, l, live.Limits{}, names...)
	values, record := evaluate(t, e, middle)
	if mean := (values[2] + values[3] + values[4] + values[5] + values[6]) / 5; math.Abs(values[0]-mean) > 1e-12 {
		t.Errorf("dark_acc %v is not the mean %v over severities", values[0], mean)
	}
	if values[2] <= values[6] {
		t.Errorf("accuracy %v in the dusk, %v in the dark", values[2], values[6])
	}
	if !slices.Equal(record.Corrupted["dark"], values[2:]) || len(record.Corrupted) != 1+len(corruption.Corruptions()) {
		t.Errorf("record %v, values %v", record.Corrupted, values)
	}
	sum := 0.
	for _, c := range corruption.Corruptions() {
		for _, v := range record.Corrupted[c.Name()] {
			sum += v / float64(5*len(corruption.Corruptions()))
		}
	}
	if math.Abs(values[1]-sum) > 1e-12 {
		t.Errorf("corruption_acc %v is not the mean %v of the program's own", values[1], sum)
	}
	if again, _ := evaluate(t, e, middle); !slices.Equal(again, values) || d.images.Load() != 5*64 {
		t.Errorf("%d images were made for two networks: want 64 at 5 severities once; values %v and %v", d.images.Load(), values, again)
	}
}

func TestOriginOfImagesIsASetting(t *testing.T) {
	l, _ := darkLab(t, quick(t))
	e := newEvaluator(t, l, live.Limits{}, "dark_acc@severity2", "clean_acc")
	if got := e.Settings()["dark.origin"]; got != "no lamp" || !strings.HasSuffix(e.Setups(l.Images.Val)[0].How, "no lamp") {
		t.Errorf("settings %v, setups %+v", e.Settings(), e.Setups(l.Images.Val))
	}
	all := newEvaluator(t, l, live.Limits{}, "corruption_acc")
	if all.Settings()["corruption.frost"] == "" || !strings.Contains(all.Setups(l.Images.Val)[0].How, "frost: ") {
		t.Errorf("corruption_acc does not say which frost it is: %v, %+v", all.Settings(), all.Setups(l.Images.Val))
	}
}

func TestSeveritiesThatThereAreNotAreRefused(t *testing.T) {
	l := newLab(t, quick(t))
	for name, want := range map[string]string{
		"fog_acc@severity0":            "want a severity such as @severity3",
		"fog_acc@severity-1":           "want a severity such as @severity3",
		"fog_acc@severity6":            "want a severity from 1 to 5, such as fog_acc@severity5",
		"fog_acc@8/255":                "want a severity from 1 to 5",
		"fog_acc@mean-of-4-severities": "want a severity from 1 to 5",
		"corruption_acc@severity3":     "want corruption_acc: it has no severities",
		"mist_acc":                     "want one of",
	} {
		_, err := live.NewEvaluator(l, live.Quantities(l.Known), []string{name}, live.Limits{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
}

// A protocol without corruptions is what it was before there were any.
func TestProtocolWithoutCorruptionsKeepsItsText(t *testing.T) {
	b, err := json.Marshal(quick(t))
	if err != nil || strings.Contains(string(b), "corrupt") || strings.Contains(string(b), "frost") {
		t.Errorf("%s, %v", b, err)
	}
}
