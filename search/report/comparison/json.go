package comparison

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/nassearch/nassearch/search/compare/analysis"
)

// JSON is a comparison as programs read it: with its conclusions in words.
type JSON struct{ analysis.Comparison }

// MarshalJSON writes it.
func (c JSON) MarshalJSON() ([]byte, error) {
	type sentence struct {
		Text  string `json:"text"`
		Shown bool   `json:"shown"`
	}
	words := json.MarshalToFunc(func(e *jsontext.Encoder, x analysis.Conclusion) error {
		return json.MarshalEncode(e, sentence{Sentence(c.Comparison, x), x.Shown()})
	})
	return json.Marshal(c.Comparison, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), json.WithMarshalers(words))
}
