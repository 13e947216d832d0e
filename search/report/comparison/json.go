package comparison

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/nassearch/nassearch/search/compare"
	"github.com/nassearch/nassearch/search/compare/analysis"
	"github.com/nassearch/nassearch/space"
)

// JSON is a comparison as programs read it: with its conclusions in words, and all names of architectures.
type JSON struct {
	analysis.Comparison
	Names space.Names
}

// MarshalJSON writes it.
func (c JSON) MarshalJSON() ([]byte, error) {
	type sentence struct {
		Text  string `json:"text"`
		Shown bool   `json:"shown"`
	}
	words := json.MarshalToFunc(func(e *jsontext.Encoder, x analysis.Conclusion) error {
		return json.MarshalEncode(e, sentence{Sentence(c.Comparison, x), x.Shown()})
	})
	type step struct {
		Query   int        `json:"query"`
		Hours   float64    `json:"hours"`
		Quality float64    `json:"quality"`
		Arch    space.Arch `json:"arch"`
		space.Named
		Values []float64 `json:"values"`
	}
	steps := json.MarshalToFunc(func(e *jsontext.Encoder, s compare.Step) error {
		return json.MarshalEncode(e, step{s.Query, s.Hours, s.Quality, s.Arch, c.Names.Of(s.Arch), s.Values})
	})
	return json.Marshal(c.Comparison, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false),
		json.WithMarshalers(json.JoinMarshalers(words, steps)))
}
