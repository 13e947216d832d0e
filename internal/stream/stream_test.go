package stream_test

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"testing"

	"github.com/nassearch/nassearch/internal/stream"
	"pgregory.net/rapid"
)

// Studies, attacks and trainings that were made before depend on these numbers.
func TestStreamsStayAsTheyWere(t *testing.T) {
	source := stream.NewSource()
	for _, c := range []struct {
		r             func() *rand.Rand
		first, second uint64
	}{
		{func() *rand.Rand { return source.At(1, "ask", 0) }, 0x67d4df3fb4040177, 0xc1611f5d72d4c6a4},
		{func() *rand.Rand { return source.At(1, "ask", 1) }, 0xfd8dd9f5aed3e226, 0xf2852157e43fed0f},
		{func() *rand.Rand { return source.At(1<<63+5, "ask", 299) }, 0x242038db97de648f, 0x4d40c3387ed5c604},
		{func() *rand.Rand { return source.At(0, "", 0) }, 0x5d8d235a552ee90, 0x588a26b08816c1db},
		{func() *rand.Rand { return source.At(7, "another purpose", 1000000) }, 0x9e4eb9a1e2e84ea4, 0x6be7dbde7965f01a},
		{func() *rand.Rand { return source.At(7, "ask", -1) }, 0x7ddcd8df511986ea, 0xafed52ec578feb22},

		{func() *rand.Rand { return stream.New(1, "pgd", 0, 0) }, 0xb55151114332456f, 0x15b00adb6434a97e},
		{func() *rand.Rand { return stream.New(9, "apgd-ce", 3, 1000000) }, 0xa22d4a40e5806129, 0xf0379384a4109f1a},
		{func() *rand.Rand { return stream.New(1<<63+5, "square", 0, 77) }, 0xd902a95f6e49ecda, 0xa20ddef1e0c6304a},
		{func() *rand.Rand { return stream.New(0, "an attack of one's own with a long name", 12, 7) },
			0x9a88e8bd6bb80941, 0x109c653575a11109},
		{func() *rand.Rand { return stream.New(0, "", -1, -2) }, 0x98e4e34e0f22ff72, 0xec92b36bb5971358},

		{func() *rand.Rand { return stream.New(1, "order", 0) }, 0xdee4d5413b53503e, 0x230dcb0d167dd0e4},
		{func() *rand.Rand { return stream.New(1, "augmentation", 12345) }, 0xcb52ab4fb1abf249, 0x70734744417d130e},
		{func() *rand.Rand { return stream.New(1<<63+5, "adversary", 7) }, 0xd5a245ee6bc2f54f, 0xcb0ddc44301b5ef7},
		{func() *rand.Rand { return stream.New(3, "initial weights/stem.conv") }, 0x65a4c0dce73bd954, 0xc0513d605d916887},
		{func() *rand.Rand { return stream.New(0, "initial weights/") }, 0x708a628e0502d7c9, 0x7af5fecd07861264},
	} {
		r := c.r()
		if first, second := r.Uint64(), r.Uint64(); first != c.first || second != c.second {
			t.Errorf("%#x and %#x, want %#x and %#x", first, second, c.first, c.second)
		}
	}
}

func TestStreamsAreKeyedByText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed, purpose := rapid.Uint64().Draw(t, "seed"), rapid.String().Draw(t, "purpose")
		numbers := rapid.SliceOfN(rapid.Int(), 0, 3).Draw(t, "numbers")
		h := fnv.New64a()
		fmt.Fprint(h, purpose)
		for _, n := range numbers {
			fmt.Fprintf(h, "/%d", n)
		}
		want := rand.New(rand.NewPCG(seed, h.Sum64())).Uint64()
		if got := stream.New(seed, purpose, numbers...).Uint64(); got != want {
			t.Errorf("another stream")
		}
	})
}

// A source's stream does not depend on what was drawn before, and costs nothing.
func TestSourceForgets(t *testing.T) {
	source := stream.NewSource()
	first := source.At(1, "ask", 5).Uint64()
	source.At(2, "tell", 6).Perm(10)
	if again := source.At(1, "ask", 5).Uint64(); again != first {
		t.Errorf("%#x, and then %#x", first, again)
	}
	if n := testing.AllocsPerRun(10, func() { source.At(1, "ask", 5) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
