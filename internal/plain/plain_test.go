package plain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestTextShowsWhatActs(t *testing.T) {
	for s, want := range map[string]string{
		"":                      "",
		"pgd_acc · 精度 ±5 % ε":   "pgd_acc · 精度 ±5 % ε",
		"a\x1b[2Jb\x07\x7f\x00": `a\x1b[2Jb\x07\u007f\x00`,
		"c1 \u009b31m\u0085":    `c1 \u009b31m\u0085`,
		"one\ntwo\r\tthree":     `one\ntwo\r\tthree`,
		"\u202egnp.exe\u2069":   `\u202egnp.exe\u2069`,
		"a\u2028b\uffff":        `a\u2028b\uffff`,
		"\xff\xc3(ok\xe2\x80":   `\xff\xc3(ok\xe2\x80`,
		"\ufffd stays":          "\ufffd stays",
	} {
		if got := Text(s); got != want {
			t.Errorf("%q is shown as %q, want %q", s, got, want)
		}
	}
}

func TestLinesLookLikeOneMessage(t *testing.T) {
	if got, want := Lines("first\nnassearch: forged\x1b[1A\n", "  "), "first\n  nassearch: forged\\x1b[1A"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// anything is text of all kinds, with much of what is dangerous.
var anything = rapid.OneOf(
	rapid.String(), rapid.StringN(0, 400, 600),
	rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	rapid.StringOf(rapid.SampledFrom([]rune("aAéÉﬁſKk.\\/ -=+%$@:*?\"<>|~\x00\n\x1b\u009b\u202e\u200d\u3099かが한ᄒ\u1160精ß"))),
	rapid.SampledFrom([]string{"con", "CON", "nul.txt", "COM1", "lpt9.", "..", ".", "../x", "a/b", "a\\b", "c:x", "a.", "a "}),
)

func TestPropertyTextIsOneLineThatDoesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anything.Draw(t, "text")
		got := Text(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is shown as bytes that are no text: %q", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q is shown with %U", s, r)
			}
		}
		if again := Text(got); again != got {
			t.Fatalf("%q is shown as %q, and that as %q", s, got, again)
		}
	})
}

func TestFileNames(t *testing.T) {
	long := strings.Repeat("x", 130)
	for name, want := range map[string]string{
		"pgd_acc":       "pgd_acc",
		"pgd_acc@1/255": "pgd_acc@1=2f255",
		"acc%":          "acc=25",
		"acc$":          "acc=24",
		"精度":            "精度",
		"Top1":          "+top1",
		"":              "=",
		"..":            "=2e=2e",
		".hidden":       "=2ehidden",
		"a.":            "a=2e",
		"-rf":           "=2drf",
		"con":           "=63on",
		"com1.csv":      "=63om1.csv",
		"CON":           "+c+o+n",
		"a\xff":         "a=ff",
		"が":             "=e3=81=8c",
		long:            strings.Repeat("x", 48) + "==3afbb132863c57f08bdc32205eb6c63775397a9953819218a1f4b7cbdc0ff90f",
	} {
		if got := FileName(name); got != want {
			t.Errorf("%q is the file %q, want %q", name, got, want)
		}
	}
}

// folded is a name as file systems that take some names for the same may compare it.
func folded(name string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKD.String(strings.TrimRight(name, ". "))))
}

var forbidden = `<>:"/\|?*` + "\x00"

func TestPropertyFileNamesAreDifferentAndStayInTheirFolder(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		a := anything.Draw(t, "a")
		b := rapid.OneOf(anything, rapid.SampledFrom([]string{
			strings.ToUpper(a), strings.ToLower(a), norm.NFC.String(a), norm.NFD.String(a), norm.NFKC.String(a),
			a + ".", a + " ", "." + a, FileName(a), strings.ReplaceAll(a, "/", "_"), strings.ToValidUTF8(a, "\ufffd"),
		})).Draw(t, "b")
		file := FileName(a)
		if a != b && folded(file) == folded(FileName(b)) {
			t.Fatalf("%q and %q are the files %q and %q", a, b, file, FileName(b))
		}
		if len(file) > longest || !filepath.IsLocal(file) || filepath.Base(file) != file || strings.ContainsAny(file, forbidden) ||
			devices.MatchString(strings.ToLower(file)) || strings.HasSuffix(file, ".") || strings.HasPrefix(file, ".") ||
			Text(file) != file || strings.Contains(file, " ") {
			t.Fatalf("%q is the file %q", a, file)
		}
		path := filepath.Join(dir, file+".csv")
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	})
}
