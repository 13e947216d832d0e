package settings

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Between returns the differences of two values by the members of their JSON form, under names such as
// "training.epochs" for what is within another. Its error is that a value has no such form.
func Between(was, now any) ([]Difference, error) {
	var sides [2][]Setting
	for i, v := range []any{was, now} {
		text, err := json.Marshal(v, json.Deterministic(true))
		if err == nil {
			sides[i], err = Members(text)
		}
		if err != nil {
			return nil, err
		}
	}
	return Differences(sides[0], sides[1]), nil
}

// Members returns those of a JSON object in their order, under such names, texts without quotes.
func Members(text []byte) ([]Setting, error) {
	return within(nil, "", jsontext.NewDecoder(bytes.NewReader(text)))
}

// within adds the members of the value that comes next.
func within(all []Setting, name string, in *jsontext.Decoder) ([]Setting, error) {
	if in.PeekKind() != '{' {
		v, err := in.ReadValue()
		return append(all, Of(name, plain(v))), err
	}
	_, err := in.ReadToken()
	for err == nil && in.PeekKind() != '}' {
		var member jsontext.Token
		if member, err = in.ReadToken(); err == nil {
			all, err = within(all, strings.TrimPrefix(name+"."+member.String(), "."), in)
		}
	}
	if err == nil {
		_, err = in.ReadToken()
	}
	return all, err
}

// plain takes the quotes off a text.
func plain(v jsontext.Value) string {
	if text, err := jsontext.AppendUnquote(nil, v); err == nil {
		return string(text)
	}
	return string(v)
}
