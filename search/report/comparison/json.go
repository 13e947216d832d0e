package comparison

import (
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	"github.com/nassearch/nassearch/search/compare/analysis"
)

// JSON writes all of a comparison for programs, with its conclusions in words.
func JSON(w io.Writer, c analysis.Comparison) error {
	type sentence struct {
		Text  string `json:"text"`
		Shown bool   `json:"shown"`
	}
	words := json.MarshalToFunc(func(e *jsontext.Encoder, x analysis.Conclusion) error {
		return json.MarshalEncode(e, sentence{Sentence(c, x), x.Shown()})
	})
	e := jsontext.NewEncoder(w, jsonv1.DefaultOptionsV1(), jsontext.EscapeForHTML(false), jsontext.WithIndent("  "))
	return json.MarshalEncode(e, c, json.WithMarshalers(words))
}
