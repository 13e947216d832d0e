package settings_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/settings"
	"pgregory.net/rapid"
)

type list = []settings.Setting

var of = settings.Of

func TestDifferencesStandInTheOrderOfSettings(t *testing.T) {
	for name, c := range map[string]struct {
		was, now list
		want     []settings.Difference
	}{
		"equal": {list{of("a", 1), of("b", 2)}, list{of("b", 2), of("a", 1)}, nil},
		"changed": {
			list{of("b", 1), of("a", 2)}, list{of("b", 3), of("a", 4)},
			[]settings.Difference{{"b", "1", "3"}, {"a", "2", "4"}},
		},
		"absent": {list{of("a", ""), of("b", 2)}, list{of("b", 2)}, []settings.Difference{{"a", "", "(absent)"}}},
		"new ones stand behind what they follow": {
			list{of("a", 1), of("d", 4)}, list{of("0", 0), of("a", 1), of("b", 2), of("c", 3), of("d", 5)},
			[]settings.Difference{{"0", "(absent)", "0"}, {"b", "(absent)", "2"}, {"c", "(absent)", "3"}, {"d", "4", "5"}},
		},
		"parts of the same": {
			list{of("s", "x", of("a", 1)), of("b", 2)}, list{of("s", "x", of("a", 3)), of("b", 4)},
			[]settings.Difference{{"a", "1", "3"}, {"b", "2", "4"}},
		},
		"parts of another value": {
			list{of("s", "x", of("a", 1))}, list{of("s", "y", of("b", 3))},
			[]settings.Difference{{"s", "x", "y"}},
		},
	} {
		if diff := cmp.Diff(c.want, settings.Differences(c.was, c.now)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

// No difference stays hidden, whatever the names and their order, and both directions find the same ones.
func TestDifferencesFindEveryChange(t *testing.T) {
	draw := func(t *rapid.T, label string) list {
		return rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) settings.Setting {
			return of(rapid.StringMatching(`[a-f]`).Draw(t, "name"), rapid.IntRange(0, 2).Draw(t, "value"))
		}), 0, 6, func(s settings.Setting) string { return s.Name }).Draw(t, label)
	}
	values := func(all list) map[string]string {
		m := map[string]string{}
		for _, s := range all {
			m[s.Name] = s.Value
		}
		return m
	}
	rapid.Check(t, func(t *rapid.T) {
		was, now := draw(t, "was"), draw(t, "now")
		diffs := settings.Differences(was, now)
		if equal := maps.Equal(values(was), values(now)); equal != (len(diffs) == 0) {
			t.Fatalf("differences %v", diffs)
		}
		back := settings.Differences(now, was)
		for _, d := range diffs {
			if !slices.Contains(back, settings.Difference{Setting: d.Setting, Was: d.Now, Now: d.Was}) {
				t.Fatalf("%v is not among %v", d, back)
			}
		}
		if len(back) != len(diffs) {
			t.Fatalf("%v one way, %v the other", diffs, back)
		}
	})
}

func TestBetweenComparesMembersOfTheJSONForm(t *testing.T) {
	type training struct {
		Epochs int     `json:"epochs"`
		Decay  float64 `json:"decay"`
		Attack struct {
			Eps float64 `json:"eps"`
		} `json:"attack,omitzero"`
	}
	type made struct {
		Training training       `json:"training"`
		Kernel   string         `json:"kernel"`
		Seeds    []uint64       `json:"seeds"`
		Options  map[string]int `json:"options"`
		Val      *string        `json:"val"`
	}
	was := made{Kernel: `the "plain" one`, Seeds: []uint64{1, 1 << 63}, Options: map[string]int{"b": 2, "a": 1}}
	was.Training.Epochs, was.Training.Decay = 24, 5e-4
	now, val := was, "none"
	now.Kernel, now.Seeds, now.Options, now.Val = "fast", []uint64{1, 1<<63 + 1}, map[string]int{"c": 1, "a": 1}, &val
	now.Training.Epochs, now.Training.Attack.Eps = 12, .5
	want := []settings.Difference{
		{"training.epochs", "24", "12"}, {"training.attack.eps", "(absent)", "0.5"}, {"kernel", `the "plain" one`, "fast"},
		{"seeds", "[1,9223372036854775808]", "[1,9223372036854775809]"},
		{"options.c", "(absent)", "1"}, {"options.b", "2", "(absent)"}, {"val", "null", "none"},
	}
	got, err := settings.Between(was, now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if same, err := settings.Between(was, was); err != nil || len(same) > 0 {
		t.Errorf("it differs from itself: %v, %v", same, err)
	}
	for _, c := range [][2]any{{was, func() {}}, {func() {}, now}} {
		if _, err := settings.Between(c[0], c[1]); err == nil {
			t.Error("a function has a JSON form")
		}
	}
}

func TestChangedErrorSaysWhatToDo(t *testing.T) {
	diffs := []settings.Difference{{"seed", "1", "3"}, {"window", "2", "4"}}
	for want, err := range map[string]*settings.ChangedError{
		"a.jsonl was made with seed=1 window=2, now seed=3 window=4: continue it as it was, or name another file": {
			Path: "a.jsonl", Kind: "file", Differences: diffs,
		},
		"it was made with seed=1, now seed=3: continue it as it was, or name another folder": {
			Kind: "folder", Differences: diffs[:1],
		},
		"a: 2 runs were begun with seed=1, now seed=3: continue it as it was, remove a/2 to make that anew, or name another folder": {
			Path: "a", Kind: "folder", Differences: diffs[:1], Part: "2 runs were begun", Remove: "a/2",
		},
	} {
		if err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestSortedGoesByName(t *testing.T) {
	if diff := cmp.Diff(list{of("a", 1), of("b", 2)}, settings.Sorted(map[string]string{"b": "2", "a": "1"})); diff != "" {
		t.Error(diff)
	}
}
