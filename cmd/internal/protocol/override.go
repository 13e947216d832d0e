package protocol

import (
	"github.com/spf13/pflag"

	"github.com/nassearch/nassearch/objective/live"
)

// override is a flag that replaces a field of the preset.
type override struct {
	name, usage string
	register    func(f *pflag.FlagSet, name, usage string)
	apply       func(p *live.Protocol, f *pflag.FlagSet, name string) error
}

func declareInt(f *pflag.FlagSet, name, usage string)    { f.Int(name, 0, usage) }
func declareFloat(f *pflag.FlagSet, name, usage string)  { f.Float64(name, 0, usage) }
func declareString(f *pflag.FlagSet, name, usage string) { f.String(name, "", usage) }
func declareBool(f *pflag.FlagSet, name, usage string)   { f.Bool(name, false, usage) }

func text(name, usage string, field func(*live.Protocol) *string) override {
	return override{name, usage, declareString, func(p *live.Protocol, f *pflag.FlagSet, name string) error {
		*field(p) = must(f.GetString(name))
		return nil
	}}
}

func whole(name, usage string, field func(*live.Protocol) *int) override {
	return override{name, usage, declareInt, func(p *live.Protocol, f *pflag.FlagSet, name string) error {
		*field(p) = must(f.GetInt(name))
		return nil
	}}
}

func real(name, usage string, field func(*live.Protocol) *float64) override {
	return override{name, usage, declareFloat, func(p *live.Protocol, f *pflag.FlagSet, name string) error {
		*field(p) = must(f.GetFloat64(name))
		return nil
	}}
}

func truth(name, usage string, field func(*live.Protocol) *bool) override {
	return override{name, usage, declareBool, func(p *live.Protocol, f *pflag.FlagSet, name string) error {
		*field(p) = must(f.GetBool(name))
		return nil
	}}
}

// must returns the value of a flag that is declared with that type.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
