package space_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"pgregory.net/rapid"
)

// Whatever part of a space is left, nothing leads out of it, and all of it is there.
func TestNothingLeadsOutOfAPart(t *testing.T) {
	whole := searchtest.NewGrid(3, 4)
	rapid.Check(t, func(t *rapid.T) {
		inside := rapid.SliceOfN(rapid.Bool(), whole.Classes(), whole.Classes()).Draw(t, "inside")
		odd := rapid.Bool().Draw(t, "only texts that begin with an odd number")
		holds := func(a space.Arch) bool {
			class, err := whole.ClassOf(a)
			return err == nil && inside[class] && (!odd || strings.ContainsRune("13", rune(a[0])))
		}
		var want []space.Arch
		for class := range whole.Classes() {
			if a := whole.Class(class); holds(a) {
				want = append(want, a)
			}
		}
		part, err := space.Restrict(whole, holds)
		if len(want) == 0 {
			if err == nil {
				t.Fatal("nothing is left, and no error")
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var got []space.Arch
		for class := range part.(space.Enumerator).Classes() {
			got = append(got, part.(space.Enumerator).Class(class))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("classes %v, want %v", got, want)
		}
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		a := part.Sample(r)
		for range 20 {
			reached := []space.Arch{
				part.Sample(r), part.Mutate(r, a), part.(space.RateMutator).MutateEach(r, a, .5),
				part.(space.Crosser).Cross(r, a, part.Sample(r)),
			}
			reached = append(reached, part.(space.Neighborer).Neighbors(a)...)
			for _, b := range reached {
				if err := part.Validate(b); err != nil || !holds(b) || !slices.Contains(want, whole.Canonical(b)) {
					t.Fatalf("from %s it comes to %s: %v", a, b, err)
				}
			}
			a = reached[rapid.IntRange(0, len(reached)-1).Draw(t, "next")]
		}
	})
}

// A part can what the whole can, and no more.
func TestPartCanWhatTheWholeCan(t *testing.T) {
	all := func(space.Arch) bool { return true }
	grid := searchtest.NewGrid(3, 3)
	for _, whole := range []space.Listed{grid, struct{ space.Listed }{grid}, struct {
		space.Listed
		space.Neighborer
	}{grid, grid}, struct {
		space.Listed
		space.Encoder
		space.Crosser
	}{grid, grid, grid}} {
		part, err := space.Restrict(whole, all)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := abilities(part), abilities(whole); !slices.Equal(got, want) {
			t.Errorf("of a whole that can %v, a part can %v", want, got)
		}
	}
}

func abilities(s space.Space) []bool {
	_, neighbors := s.(space.Neighborer)
	_, rates := s.(space.RateMutator)
	_, crosses := s.(space.Crosser)
	_, encodes := s.(space.Encoder)
	_, views := s.(space.Viewer)
	_, sizes := s.(space.Sizer)
	_, lists := s.(space.Enumerator)
	return []bool{neighbors, rates, crosses, encodes, views, sizes, lists}
}

// A part of a part is one of the whole.
func TestWholeIsThatOfAllParts(t *testing.T) {
	whole := searchtest.NewGrid(3, 3)
	some, err := space.Restrict(whole, func(a space.Arch) bool { return strings.Contains(string(a), "0") })
	if err != nil {
		t.Fatal(err)
	}
	fewer, err := space.Restrict(some.(space.Listed), func(a space.Arch) bool { return strings.Contains(string(a), "1") })
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []space.Space{whole, some, fewer} {
		of, ok := space.Whole(part).(searchtest.Grid)
		if !ok || of.Classes() != whole.Classes() {
			t.Errorf("the whole of %T is %T", part, space.Whole(part))
		}
	}
}
