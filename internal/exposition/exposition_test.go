package exposition_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nassearch/nassearch/internal/exposition"
)

func TestNumbersAreTold(t *testing.T) {
	var b strings.Builder
	err := exposition.Write(&b, []exposition.Family{
		exposition.One("jobs_total", "Jobs\nby \\ hand.", exposition.Counter, 1e21),
		{Name: "none", Help: "Nothing.", Kind: exposition.Gauge},
		{Name: "busy", Help: "Slots.", Kind: exposition.Gauge, Samples: []exposition.Sample{
			{[]exposition.Label{{"source", `a"b\c` + "\n"}, {"state", "é"}}, .5}, {nil, -2},
		}},
	})
	want := `# HELP jobs_total Jobs\nby \\ hand.
# TYPE jobs_total counter
jobs_total 1e+21
# HELP busy Slots.
# TYPE busy gauge
busy{source="a\"b\\c\n",state="é"} 0.5
busy -2
`
	if diff := cmp.Diff(want, b.String()); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}

func TestNumbersAreServed(t *testing.T) {
	n := 0.
	s, err := exposition.Listen("127.0.0.1:0", func(context.Context) []exposition.Family {
		n++
		return []exposition.Family{exposition.One("asked_total", "Times.", exposition.Counter, n)}
	})
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) (int, string) {
		r, err := http.Get("http://" + s.Address() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(text)
	}
	if code, _ := get("/"); code != http.StatusNotFound {
		t.Errorf("code %d at /", code)
	}
	get("/metrics")
	if code, text := get("/metrics"); code != http.StatusOK || !strings.HasSuffix(text, "\nasked_total 2\n") {
		t.Errorf("%d %s", code, text)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := http.Get("http://" + s.Address() + "/metrics"); err == nil {
		t.Error("it answers still")
	}
}

func TestAddressThatIsNoneIsAnError(t *testing.T) {
	if _, err := exposition.Listen("127.0.0.1:x", nil); err == nil {
		t.Error("no error")
	}
}
