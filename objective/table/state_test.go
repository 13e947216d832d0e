package table_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/nassearch/nassearch/objective/table"
)

// A column in the usual state of its weights is the metric itself; the other state is a metric of its own, and a table
// that lacks what is asked for says which it has.
func TestTableTellsStatesOfWeightsApart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "states.csv")
	const text = "arch,grad_norm@initial,grad_norm@trained,jacobian_fro@initial\n" +
		"|none~0|+|none~0|none~1|+|none~0|none~1|none~2|,1,2,3\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tab, err := table.Open(path, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	class, err := tab.Space().ClassOf("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")
	if err != nil {
		t.Fatal(err)
	}
	for asked, want := range map[string]struct {
		key   string
		value float64
	}{
		"grad_norm": {"grad_norm", 1}, "grad_norm@initial": {"grad_norm", 1}, "grad_norm@trained": {"grad_norm@trained", 2},
		"jacobian_fro@initial": {"jacobian_fro@initial", 3},
	} {
		v, err := tab.Select(t.Context(), []string{asked}, table.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Values(class)[0]; got != want.value || v.Metrics()[0].Key() != want.key {
			t.Errorf("%s: %v of %s, want %v of %s", asked, got, v.Metrics()[0].Key(), want.value, want.key)
		}
	}
	for asked, want := range map[string]string{
		"jacobian_fro":         `no metric "jacobian_fro" in table states: it has jacobian_fro@initial`,
		"jacobian_fro@trained": `no metric "jacobian_fro" in table states: it has jacobian_fro@initial`,
		"params@trained":       `no metric "params@trained" in table states: it has params`,
	} {
		_, err := tab.Select(t.Context(), []string{asked}, table.Settings{})
		if _, ok := errors.AsType[*table.MetricError](err); !ok || err.Error() != want {
			t.Errorf("%s: %v, want %s", asked, err, want)
		}
	}
	twice := filepath.Join(t.TempDir(), "twice.csv")
	if err := os.WriteFile(twice, []byte("arch,grad_norm,grad_norm@initial\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := table.Open(twice, table.Options{}); err == nil {
		t.Error("a metric that stands twice was read")
	}
}
