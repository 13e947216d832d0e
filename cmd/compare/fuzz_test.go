package compare

import (
	"strings"
	"testing"

	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/strategies"
)

// Whatever --strategies says, it is refused by name, or names strategies that can be made.
func FuzzStrategies(f *testing.F) {
	for _, list := range []string{
		"random,evolution,local,bo", "small=evolution:population=10:tournament=3", "a=b=c", "random:over=classes", "", ",", ":", "=",
		"random,random", "r2=random:over=x", "evolution:population=1e3", "evolution:population=:", "bo:kappa=NaN", "x=evolution:rate=-0",
	} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		all, err := contenders(list)
		if err != nil {
			if !strings.Contains(err.Error(), "--strategies") {
				t.Errorf("%q: %v does not say which flag", list, err)
			}
			return
		}
		if len(all) == 0 {
			t.Fatalf("%q: nothing, and no error", list)
		}
		c := compare.Config{
			Space: searchtest.NewGrid(2, 2), Registry: strategies.All(), Strategies: all, Runs: 1, Budget: 1,
			Tasks: []compare.Task{{Name: "heights", Evaluator: searchtest.Landscape{Count: 1}}},
		}
		e, err := compare.New(c)
		if err != nil {
			return
		}
		for _, s := range e.Plan().Strategies { // what is kept is read back as it is
			again, err := compare.New(compare.Config{
				Space: c.Space, Registry: c.Registry, Tasks: c.Tasks, Runs: 1, Budget: 1, Strategies: []compare.Strategy{s},
			})
			if err != nil || again.Plan().Strategies[0].Options.After("") != s.Options.After("") {
				t.Errorf("%q: %s is not read back: %v", list, s.Options.After(s.Algorithm), err)
			}
		}
	})
}
