package usage

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// whole is the value of a flag that is a whole number. A leading 0 means nothing, as everywhere else in the program; 0x
// begins a hexadecimal number.
type whole struct{ pflag.Value }

// Set reads the number.
func (w whole) Set(text string) error { return w.Value.Set(withoutZeros(text)) }

// withoutZeros drops the zeros before a decimal number, which would make an octal one of it.
func withoutZeros(text string) string {
	digits := strings.TrimLeft(text, "+-")
	sign := text[:len(text)-len(digits)]
	for len(digits) > 1 && digits[0] == '0' && strings.ContainsRune("0123456789_", rune(digits[1])) {
		digits = digits[1:]
	}
	return sign + digits
}

// WholeNumbers has all flags of a program that are whole numbers read them by one rule, on the command line and below
// it.
func WholeNumbers(root *cobra.Command) {
	wrap := func(f *pflag.Flag) {
		if _, done := f.Value.(whole); !done && words[f.Value.Type()] == wholeWords {
			f.Value = whole{f.Value}
		}
	}
	root.Flags().VisitAll(wrap)
	root.PersistentFlags().VisitAll(wrap)
	for _, sub := range root.Commands() {
		WholeNumbers(sub)
	}
}

const wholeWords = "a whole number"

// words say what a flag takes, by the type of its value.
var words = map[string]string{
	"int": wholeWords, "int64": wholeWords, "uint": wholeWords, "uint64": wholeWords,
	"float64": "a number", "bool": "true or false", "duration": "a time such as 90s, 10m or 2h30m",
}

// Value returns the mistake of a text that a flag does not take, under what the text is called where it stands.
func Value(called string, err error) error {
	bad, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return Mark(fmt.Errorf("%s: %w", called, err))
	}
	text, kind := bad.GetValue(), bad.GetFlag().Value.Type()
	want, ok := words[kind]
	if !ok {
		return Mark(fmt.Errorf("%s %q: %w", called, text, bad.Unwrap()))
	}
	if want == wholeWords && text != "" && strings.Trim(text, "0123456789") == "" {
		want += " that is not so large"
	}
	if strings.HasPrefix(kind, "uint") {
		want += ", 0 or more"
	}
	return Mark(fmt.Errorf("%s %q: want %s", called, text, want))
}
