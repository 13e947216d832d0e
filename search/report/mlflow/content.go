package mlflow

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/nassearch/nassearch/internal/plain"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/trials"
	"github.com/nassearch/nassearch/space"
)

// content is what a run holds.
type content struct {
	name, status string
	start, end   int64 // in milliseconds
	params, tags []pair
	metrics      []metric
}

// clock is where the virtual clock begins.
var clock = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) int64 { return clock.Add(d).UnixMilli() }

// parametric is a space whose architectures are choices, one a place.
type parametric interface {
	Parameters() []space.Parameter
	Choices(space.Arch) []int
}

// Limits of the oldest servers that are in use, in bytes.
const (
	mostKey   = 240 // with room for a number
	mostParam = 500
	mostTag   = 5000
)

func (x exporter) content(query int, t search.Trial) (content, error) {
	c := content{name: fmt.Sprintf("trial %d", t.ID), status: finished, start: at(t.Start), end: at(t.End)}
	if t.Failed() {
		c.status = failed
	}
	named := x.names.Of(t.Arch)
	c.param("arch", string(t.Arch))
	c.param("class", string(named.Class))
	for key, n := range map[string]*int{"index": named.Index, "id": named.ID} {
		if n != nil {
			c.param(key, strconv.Itoa(*n))
		}
	}
	c.param("fidelity", strconv.FormatFloat(cmp.Or(t.Fidelity, 1), 'g', -1, 64))
	if sp, ok := x.names.Space.(parametric); ok {
		parameters := sp.Parameters()
		for i, choice := range sp.Choices(t.Arch) {
			c.param("edge "+strings.Replace(parameters[i].Name, "<-", " from ", 1), parameters[i].Choices[choice])
		}
	}
	slices.SortFunc(c.params, func(a, b pair) int { return cmp.Compare(a.Key, b.Key) })
	extras, err := trials.Extras(t)
	if err != nil {
		return c, err
	}
	meant := x.measure(&c, t, extras)
	return c, x.describe(&c, query, t, extras, meant)
}

// measure adds the metrics, and returns what the keys of those that had to be renamed mean.
func (x exporter) measure(c *content, t search.Trial, extras map[string]any) (meant map[string]string) {
	meant, taken := map[string]string{}, map[string]bool{}
	add := func(name string, v float64) {
		k := key(name)
		for n := 2; taken[k]; n++ {
			k = fmt.Sprintf("%s_%d", key(name), n)
		}
		if taken[k] = true; k != name {
			meant[k] = name
		}
		c.metrics = append(c.metrics, metric{Key: k, Value: v, Time: c.end})
	}
	for i, m := range x.result.Study.Objective {
		if !t.Failed() {
			add(m.String(), t.Values[i])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extras)) {
		if v, ok := extras[name].(float64); ok {
			add(name, v)
		}
	}
	add("wall_seconds", t.Wall.Seconds())
	return meant
}

// describe adds the tags.
func (x exporter) describe(
	c *content, query int, t search.Trial, extras map[string]any, meant map[string]string,
) error {
	d := x.result.Study
	options, err := json.Marshal(d.Options)
	if err != nil {
		return err
	}
	c.tag(studyTag, x.study)
	c.tag(trialTag, strconv.Itoa(t.ID))
	c.tag("nassearch.query", strconv.Itoa(query))
	c.tag("nassearch.strategy", d.Strategy)
	c.tag("nassearch.options", string(options))
	c.tag("nassearch.seed", strconv.FormatUint(d.Seed, 10))
	c.tag("nassearch.source", d.Source)
	if t.Duplicate() {
		c.tag("nassearch.duplicate_of", strconv.Itoa(t.Of))
	}
	if t.Failed() {
		c.tag("nassearch.failure", t.Failure)
		c.tag("nassearch.cause", string(t.Cause))
	}
	if len(meant) > 0 {
		text, err := json.Marshal(meant)
		if err != nil {
			return err
		}
		c.tag("nassearch.metrics", string(text))
	}
	for _, name := range slices.Sorted(maps.Keys(extras)) {
		if _, number := extras[name].(float64); !number {
			c.tag("nassearch.record."+name, fmt.Sprint(extras[name]))
		}
	}
	return nil
}

func (c *content) param(name, value string) {
	c.params = append(c.params, pair{key(name), short(value, mostParam)})
}

// tag adds a tag, in the place of another whose name looks the same to a server.
func (c *content) tag(name, value string) {
	if value == "" {
		return
	}
	p := pair{key(name), short(plain.Text(value), mostTag)}
	if i := slices.IndexFunc(c.tags, func(o pair) bool { return o.Key == p.Key }); i >= 0 {
		c.tags[i] = p
		return
	}
	c.tags = append(c.tags, p)
}

// key is a name as servers take it: letters, digits, and some marks, of which slashes make groups and colons are not
// taken everywhere. The @ of a setting becomes a dot: "pgd_acc.8_255".
func key(name string) string {
	k := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), strings.ContainsRune("_-. ", r):
			return r
		case r == '@':
			return '.'
		}
		return '_'
	}, name)
	if k == "" || k[0] == '.' { // which looks like a path
		k = "_" + strings.TrimLeft(k, ".")
	}
	return short(k, mostKey)
}

// short cuts a text to so many bytes, between letters.
func short(text string, most int) string {
	if len(text) <= most {
		return text
	}
	const dots = "..."
	cut := most - len(dots)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + dots
}
