package words_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/internal/words"
	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	for line, want := range map[string][]string{
		"":                               nil,
		" \t\n":                          nil,
		"python my.py":                   {"python", "my.py"},
		"  python\tmy.py  ":              {"python", "my.py"},
		`'a b' "c d"e`:                   {"a b", "c de"},
		`'' ""`:                          {"", ""},
		`"say \"yes\" \\ \n" '\n'`:       {`say "yes" \ \n`, `\n`},
		`a\ b \' \" \\ \|`:               {"a b", "'", `"`, `\`, "|"},
		`C:\Python\python.exe my.py`:     {`C:\Python\python.exe`, "my.py"},
		`sh -c 'a | b > $HOME && "c"'`:   {"sh", "-c", `a | b > $HOME && "c"`},
		`~/x *.py a=b --c=d #no {} (x)!`: {"~/x", "*.py", "a=b", "--c=d", "#no", "{}", "(x)!"},
		`ends with \`:                    {"ends", "with", `\`},
		"über 'naïve läuft'":             {"über", "naïve läuft"},
	} {
		got, err := words.Split(line)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", line, got, err, want)
		}
	}
}

func TestSplitRefuses(t *testing.T) {
	for line, want := range map[string]string{
		"'open":           "not closed",
		`a "b\"`:          "not closed",
		"a | b":           "| means nothing",
		"a && b":          "& means nothing",
		"a; b":            "; means nothing",
		"a > b":           "> means nothing",
		"$HOME/a":         "$ means nothing",
		"python `which`":  "` means nothing",
		"cat < /dev/null": "< means nothing",
	} {
		if got, err := words.Split(line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q, %v, want an error with %q", line, got, err, want)
		}
	}
}

// Any words can be written so that they are read back.
func TestSplitReadsWhatIsQuoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOf(rapid.String()).Draw(t, "words")
		var line []string
		for _, word := range want {
			single := "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
			double := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
			line = append(line, rapid.SampledFrom([]string{single, double}).Draw(t, "written"))
		}
		got, err := words.Split(strings.Join(line, " "))
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q: %q, %v", line, got, err)
		}
	})
}

func FuzzSplit(f *testing.F) {
	for _, line := range []string{"", "python my.py", `'a' "b\"" \ `, "a|b", "'", `\`} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		all, err := words.Split(line)
		if err == nil && len(all) == 0 && strings.Trim(line, " \t\r\n") != "" {
			t.Errorf("%q has no words", line)
		}
	})
}

func TestCommandNamesAProgram(t *testing.T) {
	if got, err := words.Command("python 'my file.py'", "x"); err != nil || !slices.Equal(got, []string{"python", "my file.py"}) {
		t.Errorf("%q, %v", got, err)
	}
	for line, want := range map[string]string{
		"": "it is empty: name a program, such as --x", "  ": "it is empty", "'' a": "it is empty",
		"a\x00b": "it has a zero byte", "a | b": "| means nothing",
	} {
		if got, err := words.Command(line, "--x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v, want an error with %q", line, got, err, want)
		}
	}
}

func TestRunnableIsWhatThereIs(t *testing.T) {
	file := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]string{
		os.Args[0]: "", "no-such-program": `cannot run "no-such-program": executable file not found`, file: "permission denied",
	} {
		err := words.Runnable(program)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", program, err, want)
		}
	}
}
