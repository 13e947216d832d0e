package env

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"
)

// FuzzConfiguration reads configurations: whatever the text is, each setting that is read is one that there is and has
// texts, and what is wrong is said in one line.
func FuzzConfiguration(f *testing.F) {
	for _, text := range []string{
		"", "budget: 7", "budget: 010\nlist: [a, b]", "option: {a: 1, b: [2, 3]}", "list: &l [x]\nbudget: *l", "<<: {budget: 1}",
		"budget:", "budget: {a: 1}", "\ufeffbudget: 1", "a: &a [*a]", "budget: 1\n---\nbudget: 2", "\tbudget: 1", "- 1", "1: 2",
		"? [a]\n: b", "budget: !!int x", "budget: \"\\x00\"", "option: {? {}: 1}", "budget: 1\nBUDGET: 2", "option: [a=1]", "\xff",
		"%YAML 9.9\n---\nbudget: 1", "budget: |\n  1\n  2", "null: 1", "~: 1",
	} {
		f.Add(text)
	}
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.Int("budget", 1, "")
	flags.StringArray("list", nil, "")
	flags.Var(new(Pairs), "option", "")
	known := map[string]*pflag.Flag{}
	flags.VisitAll(func(f *pflag.Flag) { known[f.Name] = f })
	f.Fuzz(func(t *testing.T, text string) {
		v := viper.NewWithOptions(viper.WithDecoderRegistry(decoder(known)))
		v.SetConfigType("yaml")
		err := v.ReadConfig(strings.NewReader(text))
		entries := v.AllSettings()
		if err != nil {
			if len(entries) > 0 || err.Error() == "" || strings.Contains(err.Error(), "\n") && utf8.ValidString(text) {
				t.Errorf("%q: %d entries and error %q", text, len(entries), err)
			}
			return
		}
		for name, value := range entries {
			if e, ok := value.(entry); !ok || known[name] == nil || len(e.texts) == 0 && name != "option" {
				t.Errorf("%q: %s is %v", text, name, value)
			}
		}
	})
}
