package jsonlog_test

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/internal/jsonlog"
	"github.com/nassearch/nassearch/internal/jsonlog/logtest"
	"github.com/nassearch/nassearch/internal/settings"
	"pgregory.net/rapid"
)

// header is of a log of measured words.
type header struct {
	Version  string `json:"version"`
	Language string `json:"language"`
}

type record struct {
	Word    string            `json:"word"`
	Values  []float64         `json:"values,omitempty"`
	Notes   map[string]string `json:"notes,omitempty"`
	Seconds float64           `json:"seconds"`
}

var form = jsonlog.Form[header, record]{
	Kind: "dictionary", Member: "words", Place: "file",
	Differences: func(was, now header) ([]settings.Difference, error) {
		was.Version, now.Version = "", ""
		return settings.Between(was, now)
	},
	Covered: func(r record) record { r.Seconds = 0; return r },
}

// all adds what a log has to records.
func all(records *[]record) func(header, record) error {
	return func(_ header, r record) error { *records = append(*records, r); return nil }
}

func open(path string) (logtest.Log[record], error) {
	var records []record
	l, err := form.Open(path, &header{"v1", "latin"}, all(&records))
	if err != nil {
		return logtest.Log[record]{}, err
	}
	return logtest.Log[record]{Records: records, Repaired: l.Repaired, Append: l.Append, Close: l.Close}, nil
}

var words = []record{
	{Word: "amo", Values: []float64{.1, -2, 1e300}, Seconds: 3},
	{Word: "\"ä\"\n\u2028", Notes: map[string]string{"b": "1", "a": "sum"}, Seconds: .25},
	{},
	{Word: "odi", Values: []float64{}, Seconds: 1e-9},
}

func TestLogKeepsItsPromises(t *testing.T) {
	logtest.Run(t, logtest.Subject[record]{
		Open: open,
		Other: func(path string) error {
			_, err := form.Open(path, &header{"v1", "greek"}, all(new([]record)))
			return err
		},
		Read: func(path string) (records []record, err error) {
			_, err = form.Read(path, all(&records))
			return records, err
		},
		Records: words,
		Same: func(a, b record) bool {
			return cmp.Equal(form.Covered(a), form.Covered(b), cmpopts.EquateEmpty())
		},
	})
}

// written makes a log of words and returns its path.
func written(t *testing.T, records ...record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	l, err := open(path)
	for _, r := range records {
		err = errors.Join(err, l.Append(r))
	}
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLogKeepsAnyRecord(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	value := rapid.Float64()
	draw := rapid.Custom(func(t *rapid.T) record {
		return record{
			Word:    rapid.String().Draw(t, "word"),
			Values:  rapid.SliceOf(value).Draw(t, "values"),
			Notes:   rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "notes"),
			Seconds: value.Draw(t, "seconds"),
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(draw, 0, 4).Draw(t, "records")
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		l, err := open(path)
		for _, r := range want {
			err = errors.Join(err, l.Append(r))
		}
		if err := errors.Join(err, l.Close()); err != nil {
			t.Fatal(err)
		}
		var got []record
		if _, err := form.Read(path, all(&got)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The form is a promise to files that are there: members in the structs' order, the format first and the checksum last,
// which is the beginning of the SHA-256 of the checksum before, a line's end, and the line with an empty one, here
// computed by another program. Of the record it leaves out the seconds.
func TestLogHasItsForm(t *testing.T) {
	const want = `{"words":2,"version":"v1","language":"latin","sum":"b481c6c8391609a6"}
{"word":"amo","values":[0.1],"notes":{"a":"1","b":"2"},"seconds":3,"sum":"5d2833a6c07f0ca9"}
`
	text, err := os.ReadFile(written(t, amo))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Error(diff)
	}
	if sum, err := form.Sum(header{"v1", "latin"}); err != nil || sum != "ff54e7ca" {
		t.Errorf("the header's checksum is %s: %v", sum, err)
	}
}

var amo = record{Word: "amo", Values: []float64{.1}, Notes: map[string]string{"b": "2", "a": "1"}, Seconds: 3}

// bare is a log as earlier versions wrote it: checksums are the CRC-32 (IEEE) of the line with an empty one, here computed
// by zlib.
const bare = `{"words":1,"version":"v1","language":"latin","sum":"ff54e7ca"}
{"word":"amo","values":[0.1],"notes":{"a":"1","b":"2"},"seconds":3,"sum":"802dd9bc"}
`

// The chain of such a log begins with a digest of all its text.
func TestLogOfAnEarlierVersionIsContinuedWithAChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(bare), 0o644); err != nil {
		t.Fatal(err)
	}
	var records []record
	if s, err := form.Read(path, all(&records)); err != nil || s.Unchained != 2 || len(records) != 1 {
		t.Errorf("%d records in %d unchained lines: %v", len(records), s.Unchained, err)
	}
	const odi = `{"word":"odi","seconds":0,"sum":"5239be7e8e37c7a6"}` + "\n"
	for range 2 {
		l, err := open(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Records) == 1 {
			err = l.Append(record{Word: "odi"})
		}
		if err := errors.Join(err, l.Close()); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != bare+odi {
			t.Errorf("it became\n%s: %v", text, err)
		}
	}
	if s, err := form.Read(path, all(new([]record))); err != nil || s.Unchained != 2 {
		t.Errorf("%d unchained lines: %v", s.Unchained, err)
	}
	head, first, _ := strings.Cut(bare, "\n")
	for name, text := range map[string]string{
		"a measured time in the old part": strings.Replace(bare, `"seconds":3`, `"seconds":4`, 1) + odi,
		"an old line less":                head + "\n" + odi,
		"an old line more":                bare + first + odi,
		"an old line at the end":          bare + odi + first,
	} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := form.Read(path, all(new([]record)))
		damage, ok := errors.AsType[*jsonlog.DamageError](err)
		if want := strings.Count(text, "\n"); !ok || damage.Line != want {
			t.Errorf("%s: error %v, want one of line %d", name, err, want)
		}
	}
}

func TestLogIsContinuedByAnotherVersion(t *testing.T) {
	path := written(t, words...)
	var records []record
	l, err := form.Open(path, &header{"v2", "latin"}, all(&records))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if l.Header.Version != "v1" || len(records) != len(words) {
		t.Errorf("header %v, %d records", l.Header, len(records))
	}
}

func TestWithoutAHeaderALogMustBeThere(t *testing.T) {
	l, err := form.Open(written(t, words...), nil, all(new([]record)))
	if err != nil || l.Header.Language != "latin" {
		t.Fatalf("header %v: %v", l.Header, err)
	}
	defer l.Close()
	path := filepath.Join(t.TempDir(), "log")
	if _, err := form.Open(path, nil, all(new([]record))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: error %v", err)
	}
	if _, err := form.Read(path, all(new([]record))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file to read: error %v", err)
	}
	for _, begun := range []string{"", `{"wor`, `{"words":2,"version":"v1"`} {
		if err := os.WriteFile(path, []byte(begun), 0o644); err != nil {
			t.Fatal(err)
		}
		want := "dictionary " + path + ": it is empty"
		if _, err := form.Open(path, nil, all(new([]record))); err == nil || err.Error() != want {
			t.Errorf("%q opened: error %v, want %s", begun, err, want)
		}
		if _, err := form.Read(path, all(new([]record))); err == nil || err.Error() != want {
			t.Errorf("%q read: error %v, want %s", begun, err, want)
		}
	}
}

func TestErrorsSayWhereAndWhat(t *testing.T) {
	path := written(t, words...)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ was, is, want string }{
		{`"language":"latin"`, `"language":"greek"`, "line 1: checksum does not match: the line was changed"},
		{`{"words":2`, `{"words":3`, "line 1: format 3: this program reads formats up to 2"},
		{`{"words":2,"version"`, `{"words":3,"by"`, "line 1: format 3: this program reads formats up to 2"},
		{`{"words":2`, `{"words":1`, "line 1: checksum does not match: the line was changed"},
		{`{"words"`, `{"names"`, "line 1: this is no dictionary: name another file"},
		{`"word":"odi"`, `"wort":"odi"`, `line 5: json: * unmarshal JSON string: unknown object member name "wort"`},
		{`"word":"odi"`, `"word":7`, `line 5: json: * unmarshal JSON number within "/word"`},
	} {
		changed := strings.Replace(string(text), c.was, c.is, 1)
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		begin, end, _ := strings.Cut("dictionary "+path+": "+c.want, "*") // the library says now "cannot", now "unable to"
		_, err := open(path)
		if err == nil || !strings.HasPrefix(err.Error(), begin) || !strings.HasSuffix(err.Error(), end) {
			t.Errorf("error %v, want %s", err, c.want)
		}
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("too short")
	_, err = form.Read(path, func(h header, r record) error {
		if r.Word == "" {
			return refused
		}
		return nil
	})
	if !errors.Is(err, refused) || err.Error() != "dictionary "+path+": line 4: too short" {
		t.Errorf("a record that is refused: error %v", err)
	}
	if _, err := open(filepath.Join(path, "none")); err == nil || !strings.HasPrefix(err.Error(), "dictionary: ") {
		t.Errorf("in a file: error %v", err)
	}
}

// A value that JSON cannot hold is an error and leaves no trace.
func TestRecordWithoutAFormIsNotWritten(t *testing.T) {
	path := written(t)
	l, err := open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Append(record{Values: []float64{math.NaN()}}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v", err)
	}
	if err := errors.Join(l.Append(words[0]), l.Close()); err != nil {
		t.Fatal(err)
	}
	var records []record
	if _, err := form.Read(path, all(&records)); err != nil || len(records) != 1 {
		t.Errorf("%d records: %v", len(records), err)
	}
}

// Behind a line of which only a part was written another one would be damage.
func TestAfterAFailureNothingIsWritten(t *testing.T) {
	l, err := open(written(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	first := l.Append(words[0])
	if first == nil || !strings.Contains(first.Error(), "what is there stays good") {
		t.Errorf("error %v", first)
	}
	if again := l.Append(words[1]); again != first {
		t.Errorf("and then %v", again)
	}
}

// slight is a form of logs that go on in any language but Greek.
var slight = func() jsonlog.Form[header, record] {
	f := form
	f.Slight = func(_, now header) bool { return now.Language != "greek" }
	return f
}()

// content is the text of a log that is made with a header and records.
func content(t *testing.T, h header, records ...record) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	l, err := slight.Open(path, &h, all(new([]record)))
	for _, r := range records {
		err = errors.Join(err, l.Append(r))
	}
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	return contentOf(t, path)
}

// A log that holds no record begins anew where the form allows it, from whatever is left of what was cut.
func TestLogWithoutRecordsBeginsAnew(t *testing.T) {
	english := header{"v2", "english"}
	head, whole := content(t, header{"v1", "latin"}), content(t, header{"v1", "latin"}, amo)
	want := string(content(t, english, amo))
	bareHead, _, _ := strings.Cut(bare, "\n")
	for name, c := range map[string]struct {
		begin  []byte
		headed bool
	}{
		"nothing":                  {nil, false},
		"a part of the header":     {head[:len(head)-1], false},
		"the header":               {head, true},
		"a header without a chain": {[]byte(bareHead + "\n"), true},
		"a part of a record":       {whole[:len(head)+1], true},
		"all but a record's end":   {whole[:len(whole)-1], true},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, c.begin, 0o644); err != nil {
			t.Fatal(err)
		}
		if c.headed {
			if _, err := slight.Open(path, &header{"v1", "greek"}, all(new([]record))); err == nil {
				t.Errorf("%s: it is greek, too", name)
			}
		}
		l, err := slight.Open(path, &english, all(new([]record)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if (l.Changed != nil) != c.headed {
			t.Errorf("%s: changed in %v", name, l.Changed)
		}
		if l.Changed != nil {
			err = l.Renew(english)
		}
		if err := errors.Join(err, l.Append(amo), l.Close()); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != want {
			t.Errorf("%s: %s %v", name, got, err)
		}
	}
}

// A log with records, with or without a chain, keeps them under another header, which stands behind them and counts from
// there on: for who opens it, reads it, and has followed it from before. Cut in that, it has the one from before.
func TestLogWithRecordsGoesOnUnderAnotherHeader(t *testing.T) {
	latin, english, french := header{"v1", "latin"}, header{"v2", "english"}, header{"v3", "french"}
	for name, begin := range map[string][]byte{
		"chained": content(t, latin, amo), "without a chain": []byte(bare), "of two headers": nil,
	} {
		path := filepath.Join(t.TempDir(), "log")
		renew := func(h header, records ...record) {
			t.Helper()
			l, err := slight.Open(path, &h, all(new([]record)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if l.Changed != nil {
				err = l.Renew(h)
			}
			for _, r := range records {
				err = errors.Join(err, l.Append(r))
			}
			if err := errors.Join(err, l.Close()); err != nil {
				t.Fatal(err)
			}
		}
		if begin == nil {
			renew(latin, amo)
			renew(french, amo)
		} else if err := os.WriteFile(path, begin, 0o644); err != nil {
			t.Fatal(err)
		}
		var there, followed, read []record
		before, err := slight.Read(path, all(&there))
		if err != nil {
			t.Fatal(err)
		}
		follower := slight.Follow(path, func() { t.Errorf("%s: it is read anew", name) }, all(&followed))
		if _, err := follower.Next(); err != nil {
			t.Fatal(err)
		}
		size := len(contentOf(t, path))
		renew(english, words...)
		if _, err := follower.Next(); err != nil {
			t.Fatal(err)
		}
		state, err := slight.Read(path, all(&read))
		want := append(there, words...)
		for what, c := range map[string]struct {
			header  header
			records []record
		}{"read": {state.Header, read}, "followed": {follower.Header, followed}} {
			if diff := cmp.Diff(want, c.records, cmpopts.EquateEmpty()); err != nil || diff != "" || c.header != english {
				t.Errorf("%s, %s: %v, %v:\n%s", name, what, c.header, err, diff)
			}
		}
		if _, err := slight.Open(path, &header{"v1", "greek"}, all(new([]record))); err == nil {
			t.Errorf("%s: it is greek, too", name)
		}
		text := contentOf(t, path)
		if err := os.WriteFile(path, text[:size+30], 0o644); err != nil {
			t.Fatal(err)
		}
		l, err := slight.Open(path, &before.Header, all(new([]record)))
		if err != nil || l.Changed != nil || l.Repaired != 30 {
			t.Fatalf("%s, cut: %v, %v", name, l, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		changed := strings.Replace(string(text), `"english"`, `"germans"`, 1)
		if err := os.WriteFile(path, []byte(changed), 0o644); err != nil {
			t.Fatal(err)
		}
		var damage *jsonlog.DamageError
		if _, err := slight.Read(path, all(&read)); !errors.As(err, &damage) {
			t.Errorf("%s: another header is no damage: %v", name, err)
		}
	}
}

func contentOf(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A header of the format without a chain stands nowhere but at the beginning.
func TestBareHeaderBeginsALog(t *testing.T) {
	head, _, _ := strings.Cut(bare, "\n")
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte(bare+head+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := form.Read(path, all(new([]record))); err == nil || !strings.Contains(err.Error(), "format 1: want 2 behind the first line") {
		t.Errorf("error %v", err)
	}
}
