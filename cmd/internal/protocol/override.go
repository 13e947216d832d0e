package protocol

import (
	"fmt"

	"github.com/spf13/pflag"
)

// override is a flag that replaces a field of settings. Its default is the field of the settings that it is registered
// for: none for the zero value, which stands for a preset's.
type override[T any] struct {
	name, usage string
	register    func(f *pflag.FlagSet, name, usage string, of *T)
	apply       func(to *T, f *pflag.FlagSet, name string) error
}

// of makes the override of a field whose type the flags declare and get.
func of[T, V any](
	name, usage string, field func(*T) *V,
	declare func(f *pflag.FlagSet, name string, value V, usage string) *V,
	get func(f *pflag.FlagSet, name string) (V, error),
) override[T] {
	register := func(f *pflag.FlagSet, name, usage string, of *T) { declare(f, name, *field(of), usage) }
	apply := func(to *T, f *pflag.FlagSet, name string) error {
		*field(to) = must(get(f, name))
		return nil
	}
	return override[T]{name, usage, register, apply}
}

func text[T any](name, usage string, field func(*T) *string) override[T] {
	return of(name, usage, field, (*pflag.FlagSet).String, (*pflag.FlagSet).GetString)
}

func whole[T any](name, usage string, field func(*T) *int) override[T] {
	return of(name, usage, field, (*pflag.FlagSet).Int, (*pflag.FlagSet).GetInt)
}

func real[T any](name, usage string, field func(*T) *float64) override[T] {
	return of(name, usage, field, (*pflag.FlagSet).Float64, (*pflag.FlagSet).GetFloat64)
}

func truth[T any](name, usage string, field func(*T) *bool) override[T] {
	return of(name, usage, field, (*pflag.FlagSet).Bool, (*pflag.FlagSet).GetBool)
}

// registerAll declares flags, with the defaults of settings.
func registerAll[T any](f *pflag.FlagSet, list []override[T], of T, note string) {
	for _, v := range list {
		v.register(f, v.name, v.usage+note, &of)
	}
}

// applyAll sets the fields whose flags were given.
func applyAll[T any](f *pflag.FlagSet, list []override[T], to *T) error {
	for _, v := range list {
		if !f.Changed(v.name) {
			continue
		}
		if err := v.apply(to, f, v.name); err != nil {
			return fmt.Errorf("--%s %w", v.name, err)
		}
	}
	return nil
}

// must returns the value of a flag that is declared with that type.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
