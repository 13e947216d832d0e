package sheet_test

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/google/go-cmp/cmp"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"pgregory.net/rapid"

	"github.com/nassearch/nassearch/search/report/sheet"
)

// found has a cell of every kind.
func found() *sheet.Sheet {
	s := sheet.New("strategy", "mean", "rank", "95 % interval")
	s.Title, s.Named = "pgd_acc & more", true
	s.Add(sheet.Text("random"), sheet.Number(.64412, "0.6441"), sheet.Number(math.NaN(), "-"), sheet.Range("0.6366", "0.6558"))
	best := sheet.Number(.85, "0.8500")
	best.Best, best.Sure = true, true
	rank := sheet.Int(12)
	rank.Best = true
	s.Add(sheet.Text("<small>"), best, rank, sheet.Text("±.01"))
	return s
}

// short lacks a column of found.
func short() *sheet.Sheet {
	s := sheet.New("strategy", "mean", "95 % interval")
	s.Title = "hypervolume"
	s.Add(sheet.Texts("random", "0.5", "none")...)
	return s
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestText(t *testing.T) {
	want := `strategy  mean      rank  95 % interval
random    0.6441    -     0.6366 to 0.6558
<small>   0.8500**  12*   ±.01
`
	if diff := cmp.Diff(want, written(t, found().Text)); diff != "" {
		t.Error(diff)
	}
}

func TestCSVHasAllDigitsAndNoMarks(t *testing.T) {
	want := `strategy,mean,rank,95 % interval
random,0.64412,,0.6366 to 0.6558
<small>,0.85,12,±.01
`
	if diff := cmp.Diff(want, written(t, found().CSV)); diff != "" {
		t.Error(diff)
	}
}

func TestLaTeXHasABlockForEachSheetInTheColumnsOfTheWidest(t *testing.T) {
	want := `% about
\begin{tabular}{lrrr}
\toprule
strategy & mean & rank & 95 \% interval \\
\midrule
\multicolumn{4}{l}{hypervolume} \\
random & 0.5 &  & none \\
\midrule
\multicolumn{4}{l}{pgd\_acc \& more} \\
random & 0.6441 & - & 0.6366--0.6558 \\
<small> & \textbf{0.8500}* & \textbf{12} & $\pm$.01 \\
\bottomrule
\end{tabular}
`
	got := written(t, func(w io.Writer) error {
		return sheet.LaTeX(w, []string{"about"}, short(), found(), sheet.New("strategy"))
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLaTeXRefusesAColumnOfNoOther(t *testing.T) {
	s := sheet.New("strategy", "speed")
	s.Add(sheet.Texts("random", "1")...)
	err := sheet.LaTeX(io.Discard, nil, found(), s)
	if err == nil || !strings.Contains(err.Error(), `"speed"`) {
		t.Errorf("error %v", err)
	}
}

func TestHTML(t *testing.T) {
	list := short()
	list.Title = ""
	list.Rows[0].Class = "quiet"
	for name, c := range map[string]struct {
		sheet *sheet.Sheet
		want  string
	}{
		"names of rows are headings": {found(), `<div class="scroll"><table><caption>pgd_acc &amp; more</caption><thead><tr><th scope="col">strategy</th><th scope="col">mean</th><th scope="col">rank</th><th scope="col">95 % interval</th></tr></thead>
<tbody><tr><th scope="row">random</th><td>0.6441</td><td>-</td><td>0.6366 to 0.6558</td></tr><tr><th scope="row">&lt;small&gt;</th><td class="best">0.8500**</td><td class="best">12*</td><td>±.01</td></tr></tbody></table></div>`},
		"a list has a line a row, columns of words a class": {list, `<div class="scroll"><table><thead><tr><th scope="col">strategy</th><th scope="col">mean</th><th scope="col" class="words">95 % interval</th></tr></thead>
<tbody><tr class="quiet"><td>random</td><td>0.5</td><td class="words">none</td></tr>
</tbody></table></div>`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.sheet.HTML()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever the words are, programs read them as they were, and people read no longer lines than need be.
func TestPropertyWordsAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z"&,\\ ]*[a-z]`), 3, 3)
		rows := rapid.SliceOf(words).Draw(t, "rows")
		s := sheet.New("a", "b", "c")
		for _, r := range rows {
			s.Add(sheet.Texts(r...)...)
		}
		var b bytes.Buffer
		if err := s.CSV(&b); err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if want := slices.Concat([][]string{{"a", "b", "c"}}, rows); !cmp.Equal(want, got) {
			t.Fatal(cmp.Diff(want, got))
		}
		b.Reset()
		if err := s.Text(&b); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b.Bytes(), []byte("\n")); n != 1+len(rows) {
			t.Fatalf("%d lines for %d rows", n, len(rows))
		}
	})
}

func TestCellsThatARowLacksAreEmpty(t *testing.T) {
	s := sheet.New("attack", "eps", "acc")
	s.Add(sheet.Text("clean"))
	if got := written(t, s.CSV); got != "attack,eps,acc\nclean,,\n" {
		t.Errorf("%q", got)
	}
}

// hostile is what a name in a file may be.
const hostile = "a\x1b[2J\nb\u202e\u009b\xff"

func TestPeopleSeeWhatWouldSteerATerminal(t *testing.T) {
	s := sheet.New(hostile)
	s.Title = hostile
	s.Add(sheet.Range(hostile, hostile))
	latex := func(w io.Writer) error { return sheet.LaTeX(w, []string{hostile}, s) }
	html := func(w io.Writer) error {
		text, err := s.HTML()
		_, _ = io.WriteString(w, string(text))
		return err
	}
	line := func(w io.Writer) error {
		p := sheet.To(w)
		p.Line(hostile, hostile)
		return p.Err()
	}
	for name, write := range map[string]func(io.Writer) error{"text": s.Text, "LaTeX": latex, "HTML": html, "line": line} {
		text := written(t, write)
		if strings.ContainsAny(text, "\x1b\u202e\u009b") || strings.Contains(text, "\nb") || !utf8.ValidString(text) {
			t.Errorf("%s: %q", name, text)
		}
	}
	if text := written(t, s.CSV); !strings.Contains(text, "a\x1b[2J\nb") {
		t.Errorf("programs read %q", text)
	}
}

// screen is a terminal of so many columns.
type screen struct {
	bytes.Buffer
	columns int
}

func (s *screen) Columns() int { return s.columns }

func TestWideSheetsAreFolded(t *testing.T) {
	s := sheet.New("name", "first", "second", "architecture")
	s.Add(sheet.Texts("a", "1.0000", "2.0000", "|none~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|")...)
	for columns, want := range map[int]string{
		80: `name  first   second  architecture
a     1.0000  2.0000  |none~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|
`,
		70: `name  first   second
a     1.0000  2.0000

name  architecture
a     |none~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|
`,
		40: `name  first   second
a     1.0000  2.0000

name  architecture
a     |none~0|+|none~0|none~1|+
      |none~0|none~1|nor_conv_3x3~2|
`,
	} {
		w := &screen{columns: columns}
		if err := s.Text(w); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, w.String()); diff != "" {
			t.Errorf("%d columns: %s", columns, diff)
		}
	}
}

// No line is wider than the screen, and all that was to be read can be.
func TestPropertySheetsFit(t *testing.T) {
	word := rapid.StringMatching(`[a-z0-9|+.精度]{0,70}`)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "columns")
		s := sheet.New(rapid.SliceOfN(word, n, n).Draw(t, "titles")...)
		s.Lead = rapid.IntRange(0, 3).Draw(t, "lead")
		letters := map[rune]int{}
		for _, row := range rapid.SliceOfN(rapid.SliceOfN(word, n, n), 0, 5).Draw(t, "rows") {
			s.Add(sheet.Texts(row...)...)
			for _, text := range row {
				for _, r := range text {
					letters[r]++
				}
			}
		}
		w := &screen{columns: rapid.IntRange(20, 120).Draw(t, "screen")}
		if err := s.Text(w); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(w.String()) {
			if width := displaywidth.String(strings.TrimSuffix(line, "\n")); width > w.columns {
				t.Fatalf("a line of %d columns on a screen of %d: %q", width, w.columns, line)
			}
		}
		for r, n := range letters {
			if got := strings.Count(w.String(), string(r)); got < n {
				t.Fatalf("%d times %c, want at least %d:\n%s", got, r, n, w.String())
			}
		}
	})
}

// Whatever signs the names have, and though some of them are shown as one, what stands beside them begins below its
// title, and no line is wider than the screen.
func TestPropertyColumnsAreAligned(t *testing.T) {
	sign := rapid.SampledFrom([]string{"a", " ", "精", "·", "─", "e\u0301", "A\u0903", "✔\ufe0f", "👍🏽", "🇩🇪", "👩\u200d🔬", "\u1112\u1161\u11ab", "\ufffd"})
	name := rapid.Map(rapid.SliceOfN(sign, 0, 8), func(signs []string) string { return strings.Join(signs, "") })
	rapid.Check(t, func(t *rapid.T) {
		s := sheet.New(name.Draw(t, "title"), ">0")
		names := rapid.SliceOfN(name, 1, 5).Draw(t, "names")
		for _, n := range names {
			s.Add(sheet.Texts(n, ">0.5")...)
		}
		w := &screen{columns: rapid.SampledFrom([]int{0, 45}).Draw(t, "screen")}
		if err := s.Text(w); err != nil {
			t.Fatal(err)
		}
		column := -1
		for i, line := range slices.Collect(strings.Lines(w.String())) {
			before, _, ok := strings.Cut(line, ">")
			at := displaywidth.String(before)
			if !ok || column >= 0 && at != column || i > 0 && !strings.HasPrefix(line, names[i-1]) {
				t.Fatalf("line %d, %q, is not aligned in\n%s", i, line, w)
			}
			column = at
		}
	})
}

// Terminals in some languages show ± and · wide; a text is the same in all.
func TestTextIsTheSameInAllLanguages(t *testing.T) {
	twwidth.SetEastAsian(true)
	t.Cleanup(func() { twwidth.SetEastAsian(false) })
	s := sheet.New("a±·", "b")
	s.Add(sheet.Texts("1", "2")...)
	if got := written(t, s.Text); got != "a±·  b\n1    2\n" {
		t.Errorf("%q", got)
	}
}

func TestLinesFit(t *testing.T) {
	w := &screen{columns: 24}
	p := sheet.To(w)
	p.Line("best", "acc 0.5 at 1/255 · query 3 · rank 2")
	p.Line("", "  0 ──→ 1")
	p.Text("words that take two lines")
	want := `best     acc 0.5 at
         1/255 · query 3
         · rank 2
           0 ──→ 1
words that take two
lines
`
	if diff := cmp.Diff(want, w.String()); diff != "" {
		t.Error(diff)
	}
}

// A column of whole numbers is one of integers to those that read it.
func TestExactWritesWholeNumbersOut(t *testing.T) {
	for v, want := range map[float64]string{
		11715210: "11715210", -3: "-3", 0: "0", .25: "0.25", 1 << 52: "4503599627370496", 1e30: "1e+30",
		math.Inf(1): "", 1.5e-7: "1.5e-07",
	} {
		if got := sheet.Exact(v); got != want {
			t.Errorf("%v is written %q, want %q", v, got, want)
		}
	}
}
