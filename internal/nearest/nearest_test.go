package nearest

import (
	"testing"

	"pgregory.net/rapid"
)

func TestNameIsTheOneThatWasMeant(t *testing.T) {
	strategies := []string{"bo", "evolution", "local", "random"}
	flags := []string{"backend", "budget", "objective", "option", "output", "seed", "strategies", "strategy", "log-level"}
	metrics := []string{"clean_acc", "fgsm_acc", "pgd_acc", "apgd_acc", "params", "flops"}
	for _, c := range []struct {
		word  string
		names []string
		want  string // empty: none
	}{
		{"evoltion", strategies, "evolution"},
		{"rnadom", strategies, "random"},
		{"Random", strategies, "random"},
		{"evo", strategies, "evolution"},
		{"annealing", strategies, ""},
		{"xo", strategies, ""},
		{"", strategies, ""},
		{"bugdet", flags, "budget"},
		{"BUGDET", flags, "budget"},
		{"strategie", flags, "strategies"}, // one slip, and the first of two
		{"strategi", flags, "strategy"},
		{"log_level", flags, "log-level"},
		{"sede", flags, "seed"},
		{"loglevel", flags, "log-level"},
		{"zzz", flags, ""},
		{"pdg_acc", metrics, "pgd_acc"},
		{"clean_accuracy", metrics, "clean_acc"},
		{"param", metrics, "params"},
		{"精度", metrics, ""},
		{"budget", nil, ""},
	} {
		if got, ok := Name(c.word, c.names); got != c.want && ok || ok != (c.want != "") {
			t.Errorf("%q: %q (%v), want %q", c.word, got, ok, c.want)
		}
	}
}

func TestHintIsASentence(t *testing.T) {
	if got := Hint("bugdet", []string{"seed", "budget"}); got != "; did you mean budget?" {
		t.Errorf("%q", got)
	}
	if got := Hint("window", []string{"seed", "budget"}); got != "" {
		t.Errorf("%q, want none", got)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "ab", 2}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"ca", "abc", 3}, {"pgd", "pdg", 1},
	} {
		if got := distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestDistanceIsSymmetricAndBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(rapid.StringN(0, 12, -1).Draw(t, "a")), []rune(rapid.StringN(0, 12, -1).Draw(t, "b"))
		d := distance(a, b)
		if d != distance(b, a) || d > max(len(a), len(b)) || d < max(len(a), len(b))-min(len(a), len(b)) {
			t.Errorf("%d and %d", d, distance(b, a))
		}
		if (d == 0) != (string(a) == string(b)) {
			t.Errorf("%d between %q and %q", d, string(a), string(b))
		}
	})
}
