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
	before, err := members(was)
	if err != nil {
		return nil, err
	}
	after, err := members(now)
	return Differences(before, after), err
}

// members returns those of a value in their order, texts without quotes.
func members(v any) ([]Setting, error) {
	text, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
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
