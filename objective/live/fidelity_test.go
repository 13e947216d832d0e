package live_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/objective/live"
)

func TestSharesAreReadAsTheyAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(2, 999_999).Draw(t, "of")
		part := rapid.IntRange(1, of-1).Draw(t, "part")
		s, err := live.ParseShare(live.Share{Part: part, Of: of}.String())
		if err != nil {
			t.Fatal(err)
		}
		if s.Part*of != part*s.Of { // the same fraction, in lowest terms
			t.Fatalf("%d/%d became %v", part, of, s)
		}
		if again, err := live.ParseShare(s.String()); err != nil || again != s {
			t.Fatalf("%v became %v, %v", s, again, err)
		}
		epochs := rapid.IntRange(1, 1000).Draw(t, "epochs")
		if whole := part*epochs%of == 0; s.Whole(epochs) != whole {
			t.Fatalf("%v of %d epochs: whole %v", s, epochs, !whole)
		}
	})
	for _, text := range []string{"", "1", "1/1", "2/1", "0/8", "-1/8", "1/0", "01/8", "1/8 ", "0.125", "1/8/2", "1e1/20", "1/99999999"} {
		if s, err := live.ParseShare(text); err == nil {
			t.Errorf("%q was read as %v", text, s)
		}
	}
}
