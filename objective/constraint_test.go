package objective_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"pgregory.net/rapid"
)

func TestConstraintsAreRead(t *testing.T) {
	for text, want := range map[string][]objective.Constraint{
		"params<=0.5M":        {{"params", "<=", 500_000}},
		" params <= 0.5 M ":   {{"params", "<=", 500_000}},
		"params<500k":         {{"params", "<", 500_000}},
		"flops>0.1G":          {{"flops", ">", 1e8}},
		"params=0.073306M":    {{"params", "=", 73_306}},
		"params==73306":       {{"params", "=", 73_306}},
		"params!=1e6":         {{"params", "!=", 1e6}},
		"clean_acc>=.9":       {{"clean_acc", ">=", .9}},
		"latency<-2.5e-3":     {{"latency", "<", -2.5e-3}},
		"pgd_acc@8/255>0":     {{"pgd_acc@8/255", ">", 0}},
		"pgd_acc@l2:0.5>=.1":  {{"pgd_acc@l2:0.5", ">=", .1}},
		"a=b<3":               {{"a=b", "<", 3}},
		"精度>=0.5":             {{"精度", ">=", .5}},
		"params<2M,params<2M": {{"params", "<", 2e6}},
		"b<1, a>2":            {{"a", ">", 2}, {"b", "<", 1}},
	} {
		if got, err := objective.ParseConstraints(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestWhatIsNoConstraintIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                   "want a metric, one of < <= > >= = != and a number",
		"params":             "want a metric",
		"params<=":           "want a number",
		"<=5":                "want the name of a metric",
		"params<=x":          "want a number",
		"params<=nan":        "want a number",
		"params<=inf":        "want a number",
		"params<=1e999":      "want a number",
		"params<=M":          "want a number",
		"params<=0.5m":       "want a number",
		"params<=0.5MM":      "want one of the units k, M and G",
		"params<=5e-1M":      "want a unit or an exponent, not both",
		"clean_acc>=60%":     "write a share without %",
		"clean_acc>=1k":      "clean_acc has no unit k",
		"params<=0.5M,":      "want a metric",
		"params<=500,000":    `constraint "000": want a metric`,
		"a<=>3":              "ends as a relation",
		"a! =3":              "ends as a relation",
		"a b<3":              "without spaces",
		"pgd_acc@<3":         "want a setting behind @",
		"params<=0.5M flops": "want a number",
	} {
		if got, err := objective.ParseConstraints(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v, want %q", text, got, err, want)
		}
	}
}

func TestConstraintHoldsAsItsRelationSays(t *testing.T) {
	for relation, want := range map[objective.Relation][3]bool{ // of 1, 2 and 3 to 2
		"<": {true, false, false}, "<=": {true, true, false}, ">": {false, false, true}, ">=": {false, true, true},
		"=": {false, true, false}, "!=": {true, false, true},
	} {
		c := objective.Constraint{Metric: "m", Relation: relation, Bound: 2}
		if got := [3]bool{c.Holds(1), c.Holds(2), c.Holds(3)}; got != want {
			t.Errorf("%s: %v, want %v", c, got, want)
		}
		if c.Holds(math.NaN()) {
			t.Errorf("%s holds of what nobody knows", c)
		}
	}
}

// What a constraint prints is that constraint.
func TestConstraintsPrintWhatTheyRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := objective.Constraint{
			Metric:   rapid.SampledFrom([]string{"params", "pgd_acc@8/255", "fog_acc@severity3", "x=y", "latency:min"}).Draw(t, "metric"),
			Relation: rapid.SampledFrom([]objective.Relation{"<", "<=", ">", ">=", "=", "!="}).Draw(t, "relation"),
			Bound:    rapid.Float64().Draw(t, "bound"),
		}
		if got, err := objective.ParseConstraints(c.String()); err != nil || len(got) != 1 || got[0] != c {
			t.Errorf("%v, %v: want %v", got, err, c)
		}
	})
}

func FuzzParseConstraints(f *testing.F) {
	for _, text := range []string{
		"params<=0.5M", "a>1,b<2", "", ",", "params<=", "x==1", "pgd_acc@l2:0.5!=.3", "a<=>3", "params<1e3M", "精度>=0.5", "a=b=c=1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := objective.ParseConstraints(text)
		if err != nil {
			return
		}
		var words []string
		for _, c := range all {
			if math.IsNaN(c.Bound) || math.IsInf(c.Bound, 0) {
				t.Fatalf("%q has the bound %v", text, c.Bound)
			}
			words = append(words, c.String())
		}
		again, err := objective.ParseConstraints(strings.Join(words, ","))
		if err != nil || !slices.Equal(again, all) {
			t.Errorf("%q is read as %v, and that as %v: %v", text, all, again, err)
		}
	})
}
