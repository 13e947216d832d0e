package strategies

import (
	"testing"

	"github.com/nassearch/nassearch/search/searchtest"
)

// quick are options of strategies whose networks learn long: what they promise they keep however little these learn.
var quick = map[string]map[string]string{"bananas": {"epochs": "10"}, "npenas": {"epochs": "10"}}

func TestStrategiesKeepTheirPromises(t *testing.T) {
	for name, entry := range All() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			searchtest.Run(t, name, entry, quick[name])
		})
	}
	variants := []struct {
		strategy string
		options  map[string]string
	}{
		{"random", map[string]string{"over": "classes"}},
		{"evolution", map[string]string{"rate": "0.25"}},
		{"local", map[string]string{"improvement": "best"}},
		{"bo", map[string]string{"acquisition": "thompson"}},
		{"bo", map[string]string{"acquisition": "ucb"}},
		{"bo", map[string]string{"acquisition": "pi"}},
		{"tpe", map[string]string{"multivariate": "false"}},
		{"bananas", map[string]string{"layers": "0"}},
		{"forest", map[string]string{"acquisition": "ucb"}},
	}
	for _, v := range variants {
		for option, value := range v.options {
			t.Run(v.strategy+" "+option+"="+value, func(t *testing.T) {
				if testing.Short() {
					t.Skip("the strategy's own defaults are tried")
				}
				t.Parallel()
				searchtest.Run(t, v.strategy, All()[v.strategy], v.options)
			})
		}
	}
}
