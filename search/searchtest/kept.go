package searchtest

import (
	"fmt"
	"iter"
	"reflect"

	"github.com/nassearch/nassearch/internal/rule"
	"github.com/nassearch/nassearch/search"
)

// own are types of which a strategy keeps no value: what is random it takes from Ask's stream or from Problem.Stream,
// where it draws, and no time is its business.
var own = map[string]string{
	"math/rand.Rand": "a generator", "math/rand/v2.Rand": "a generator", "math/rand/v2.PCG": "a generator",
	"math/rand/v2.ChaCha8": "a generator", "math/rand/v2.Zipf": "a generator", "time.Time": "a time",
}

// keepsNothingOfItsOwn looks at what a strategy holds at the end of a study. What closures hold it cannot see.
func (s suite) keepsNothingOfItsOwn(t rule.T, window int) error {
	c := s.config(Landscape{Count: 1}, window)
	var made search.Strategy
	entry := s.entry
	entry.New = func(p search.Problem, o search.Options) (search.Strategy, error) {
		var err error
		made, err = s.entry.New(p, o)
		return made, err
	}
	c.Registry = search.Registry{s.name: entry}
	if _, err := run(t, c, 1); err != nil {
		return err
	}
	w := walk{seen: map[uintptr]bool{}}
	return w.value(reflect.ValueOf(made), "the strategy")
}

// walk visits what a value holds.
type walk struct {
	seen map[uintptr]bool // pointers
}

// elements of a list that are looked at: they are of one type.
const elements = 3

func (w walk) value(v reflect.Value, path string) error {
	if !v.IsValid() {
		return nil
	}
	if what, ok := own[v.Type().PkgPath()+"."+v.Type().Name()]; ok {
		return fmt.Errorf("%s is %s, %s: draw from Ask's stream, or from Problem.Stream where you draw", path, what, v.Type())
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || w.seen[v.Pointer()] {
			return nil
		}
		w.seen[v.Pointer()] = true
		return w.value(v.Elem(), path)
	case reflect.Interface:
		return w.value(v.Elem(), path)
	}
	for name, part := range parts(v) {
		if err := w.value(part, path+name); err != nil {
			return err
		}
	}
	return nil
}

// parts are the fields of a struct, and some elements of a list or a map.
func parts(v reflect.Value) iter.Seq2[string, reflect.Value] {
	return func(yield func(string, reflect.Value) bool) {
		switch v.Kind() {
		case reflect.Struct:
			for i := 0; i < v.NumField() && yield("."+v.Type().Field(i).Name, v.Field(i)); {
				i++
			}
		case reflect.Slice, reflect.Array:
			for i := 0; i < min(v.Len(), elements) && yield(fmt.Sprintf("[%d]", i), v.Index(i)); {
				i++
			}
		case reflect.Map:
			for n, at := 0, v.MapRange(); n < elements && at.Next() && yield("[...]", at.Value()); {
				n++
			}
		}
	}
}
