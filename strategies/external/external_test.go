package external

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/searchtest"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/space/nasbench201"
	"pgregory.net/rapid"
)

func TestProgramsKeepTheContract(t *testing.T) {
	for _, name := range []string{"all", "new", "blank"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name != "all" {
				t.Skip("as all does, and without the race detector it is tried")
			}
			searchtest.Run(t, "exec", Entry(nil), map[string]string{"command": command(name)})
		})
	}
}

// config is that of a small study with a program.
func config(program string) search.Config {
	return search.Config{
		Space: searchtest.NewGrid(6, 6), Evaluator: searchtest.Landscape{Count: 1},
		Registry: search.Registry{"exec": Entry(nil)}, Strategy: "exec",
		Options: map[string]string{"command": command(program), "depends": "none"}, Seed: 1, Budget: 10,
	}
}

// heard sets an entry whose program is heard on standard error, and returns what it says.
func heard(c *search.Config) (lines func() []string) {
	var mutex sync.Mutex
	var all []string
	c.Registry = search.Registry{"exec": Entry(func(line string) {
		mutex.Lock()
		defer mutex.Unlock()
		all = append(all, line)
	})}
	return func() []string {
		mutex.Lock()
		defer mutex.Unlock()
		return all
	}
}

func run(t interface {
	Fatal(...any)
	Context() context.Context
}, c search.Config) (search.Result, error) {
	study, err := search.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return study.Run(t.Context(), 1)
}

func TestErrorsSayWhatAProgramDid(t *testing.T) {
	for program, want := range map[string]string{
		"dies":       `it ended (exit status 3) after it had said "I am lost"`,
		"later":      "it ended (exit status 1) without a word on standard error",
		"sleep":      "no answer within 300ms (option timeout)",
		"slow":       "no answer within 300ms (option timeout)",
		"endless":    "no answer within 300ms (option timeout)",
		"version":    "it speaks version 2 of the protocol: want 1",
		"unready":    `it begins with "propose": want ready, with the version of the protocol`,
		"trials":     `it is ready for trials "some": want all or new`,
		"goals":      `it is ready for objectives "two": want several or one`,
		"banner":     `it writes "Welcome to my strategy, which is good, is good, is good, is "..., which is no message`,
		"binary":     `it writes "\xff\x00", which is no message`,
		"list":       `it writes "[1]", which is no message`,
		"words":      `within "/fidelity"`,
		"two":        `which is no message`,
		"typo":       `unknown object member name at /architecture`,
		"again":      `duplicate object member name "trial"`,
		"kind":       `it answers with "suggest": want propose, exhausted, error or one of sample, mutate, class, classes,`,
		"number":     "it answers for trial 7: asked was trial 0",
		"nothing":    "it proposes nothing that has a meaning: want arch or choices, and not both",
		"both":       "it proposes nothing that has a meaning: want arch or choices, and not both",
		"few":        "it makes 2 choices: there are 6 parameters",
		"high":       "it makes choice 6 of parameter entry 3: want 0 to 5",
		"outside":    `strategy exec proposed "9,0,0,0,0,0"`,
		"fidelity":   "strategy exec proposed fidelity 2: want a share in (0, 1]",
		"full":       "it proposes fidelity 0: want a share in (0, 1], or none for the full training",
		"error":      "it says: the space is too small",
		"lines":      "it says: the space is too small",
		"speechless": "it says: an error, without a message that says why",
		"mute":       "it closed its standard output and went on without a word on standard error",
		"strange":    `it asks for mutate of "x"`,
		"many":       "it asks for a sample of 1000000000: want a count of 1 to 1000000",
		"childless":  "it asks for a child of 1 architectures: want two",
		"long":       "it writes a line of more than 67108864 bytes",
	} {
		t.Run(program, func(t *testing.T) {
			t.Parallel()
			c := config(program)
			if strings.Contains(want, "timeout") {
				c.Options["timeout"] = "0.3"
			}
			_, err := run(t, c)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "strategy exec") ||
				strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), " Go ") {
				t.Errorf("error %v, want a line with %s", err, want)
			}
			if !strings.Contains(want, "proposed") && !strings.Contains(err.Error(), command(program)[len(os.Args[0])+3:]) {
				t.Errorf("error %v does not name the program", err)
			}
		})
	}
}

func TestNothingLeftIsNoError(t *testing.T) {
	r, err := run(t, config("exhausted"))
	if err != nil || r.Stop != search.SpaceExhausted || r.Queries != 0 {
		t.Errorf("%d queries, then %q, %v", r.Queries, r.Stop, err)
	}
}

func TestSeveralObjectivesAreRefusedWhereAProgramTakesOne(t *testing.T) {
	c := config("one")
	c.Evaluator = searchtest.Landscape{Count: 2}
	_, err := run(t, c)
	if refused, ok := errors.AsType[*search.MetricsError](err); !ok || refused.Strategy != "exec" || refused.Metrics != 2 {
		t.Errorf("error %v, want a *search.MetricsError", err)
	}
}

func TestCommandsThatCannotRunAreMistakes(t *testing.T) {
	for command, want := range map[string]string{
		"":                     "it is empty",
		"  ''  ":               "it is empty",
		"'a":                   "a quote is not closed",
		"a | b":                "| means nothing",
		"a \x00":               "zero byte",
		"no-such-program-here": `cannot run "no-such-program-here"`,
		t.TempDir():            "cannot run",
	} {
		c := config("all")
		c.Options["command"] = command
		_, err := search.New(c)
		if bad, ok := errors.AsType[*search.OptionError](err); !ok || bad.Option != "command" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want a *search.OptionError with %s", command, err, want)
		}
	}
}

// What is told at first, and with a question.
func TestProgramsAreToldTheProblem(t *testing.T) {
	c := config("asked")
	said := heard(&c)
	c.Budget, c.Window = 3, 2
	c.Evaluator = searchtest.Landscape{Count: 2, Fails: searchtest.FailSome}
	if _, err := run(t, c); err != nil {
		t.Fatal(err)
	}
	lines := said()
	for i, want := range []string{
		`"objectives":[{"goal":"max","name":"height0"},{"goal":"min","name":"height1"}],`,
		`{"from":0,"pending":[],"seed":`,
		`"pending":[{"arch":"5,4,3,2,1,0","choices":[5,4,3,2,1,0],"class":"0,1,2,3,4,5","fidelity":1,"trial":0}]`,
		`"trials":[{"arch":"5,4,3,2,1,1","choices":[5,4,3,2,1,1],"class":"1,1,2,3,4,5","cost":1.544,"fidelity":1,"trial":1,"values":[1.16`,
	} {
		if i >= len(lines) || !strings.Contains(lines[i], want) {
			t.Fatalf("message %d of %q lacks %s", i, lines, want)
		}
	}
	for _, want := range []string{
		`"space":{"answers":["sample","mutate","class","classes","neighbors","cross","encode","compose"],"classes":462,"name":"grid 6x6",`,
		`"parameters":[{"choices":["0","1","2","3","4","5"],"name":"entry 0"},`, `"protocol":1`, `"seed":1`, `"window":2`,
		`"options":{"command":`,
	} {
		if !strings.Contains(lines[0], want) {
			t.Errorf("%s lacks %s", lines[0], want)
		}
	}
}

func TestSpacesAnswerPrograms(t *testing.T) {
	c := config("serves")
	said := heard(&c)
	if _, err := run(t, c); err != nil {
		t.Fatal(err)
	}
	near := make([]string, 0, 30)
	for _, a := range searchtest.NewGrid(6, 6).Neighbors("0,0,0,0,0,0") {
		near = append(near, `"`+string(a)+`"`)
	}
	want := []string{
		`class {"archs":["0,0,0,1,2,3",""],"type":"answer"}`,
		`neighbors {"archs":[` + strings.Join(near, ",") + `],"type":"answer"}`,
		`cross {"archs":["1,1,1,1,1,1"],"type":"answer"}`,
		`encode {"archs":[],"type":"answer","vectors":[[0,0,0,1,2,3],[1,1,1,1,1,1]]}`,
		`compose {"archs":["5,4,3,2,1,0"],"type":"answer"}`,
		`classes {"archs":["0,0,0,0,0,0","0,0,0,0,0,1",`,
		`mutate {"archs":[],"type":"answer"}`,
	}
	got := said()
	if !slices.EqualFunc(got, want, strings.HasPrefix) {
		t.Errorf("answers:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A program that remembers trials has the history of one that is told all again, whatever the study and the cuts.
func TestRememberingChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want search.Result
		window, seed := rapid.IntRange(1, 5).Draw(t, "window"), rapid.Uint64().Draw(t, "seed")
		fails := rapid.Bool().Draw(t, "fails")
		cut := rapid.IntRange(0, 12).Draw(t, "cut")
		for _, program := range []string{"all", "new"} {
			c := config(program)
			c.Window, c.Seed, c.Budget, c.Store = window, seed, 12, new(search.Memory)
			if fails {
				c.Evaluator = searchtest.Landscape{Count: 1, Fails: searchtest.FailSome}
			}
			if program == "new" && cut > 0 {
				c.Budget = cut
				if _, err := run(t, c); err != nil {
					t.Fatal(err)
				}
				c.Budget = 12
			}
			got, err := run(t, c)
			if err != nil {
				t.Fatal(err)
			}
			got.Study = search.Description{}
			if program == "all" {
				want = got
			}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(search.Trial{}, "Wall")); diff != "" {
				t.Fatalf("%s differs:\n%s", program, diff)
			}
		}
	})
}

func TestChangedFilesAreAnotherStudy(t *testing.T) {
	dir := t.TempDir()
	script, data := filepath.Join(dir, "my strategy.sh"), filepath.Join(dir, "data")
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	files := func(depends string) map[string]string {
		c := config("all")
		c.Options["command"] = command("all") + " '" + script + "' " + dir + " missing"
		c.Options["depends"] = depends
		study, err := search.New(c)
		if err != nil {
			t.Fatal(err)
		}
		return study.Description().Files
	}
	write(script, "one")
	write(data, "one")
	first, named := files(""), files(data+","+script)
	if len(first) < 1 || first[script] == "" || first[data] != "" || len(named) != 2 || named[data] != first[script] {
		t.Errorf("files %v, named %v", first, named)
	}
	if got := files("none"); got != nil {
		t.Errorf("none: %v", got)
	}
	write(script, "two")
	if second := files(""); second[script] == first[script] {
		t.Errorf("a changed script has the digest %s again", second[script])
	}
	c := config("all")
	c.Options["depends"] = filepath.Join(dir, "none")
	if _, err := search.New(c); err == nil || !strings.Contains(err.Error(), "option depends") {
		t.Errorf("a file that is not there: error %v", err)
	}
}

// Bounds hold for what a program is given, whether or not it knows of them.
func TestCellsAndTheirParts(t *testing.T) {
	cells, err := nasbench201.New(nasbench201.Benchmark(10, 32))
	if err != nil {
		t.Fatal(err)
	}
	part, err := space.Restrict(cells, func(a space.Arch) bool { return cells.Params(a) < 200_000 })
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []space.Space{cells, part} {
		if got := able(s); len(got) != len(offered()) {
			t.Errorf("%s answers %v", s.Name(), got)
		}
		heavy := space.Arch("|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|")
		got, err := compose(s, []int{3, 3, 3, 3, 3, 3})
		if err != nil || got != heavy {
			t.Errorf("composed is %s, %v", got, err)
		}
		r, err := services{space: s}.class(answer{Archs: []space.Arch{heavy}})
		if inside := r.Archs[0] != ""; err != nil || inside == (s != space.Space(cells)) {
			t.Errorf("the class of %s is %q, %v", heavy, r.Archs[0], err)
		}
	}
}

func TestACloseEndsTheProgram(t *testing.T) {
	c := config("all")
	entry, before := c.Registry["exec"], time.Now()
	var made search.Strategy
	c.Registry = search.Registry{"exec": {Options: entry.Options, New: func(p search.Problem, o search.Options) (s search.Strategy, err error) {
		made, err = entry.New(p, o)
		return made, err
	}}}
	if _, err := run(t, c); err != nil {
		t.Fatal(err)
	}
	s := made.(*Strategy)
	if err := s.talk.send(t.Context(), []byte("{}")); err == nil {
		t.Errorf("%v after its begin one can still talk to the program", time.Since(before))
	}
	if err := s.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}

// Nothing that a program may write is a panic, or a proposal that the grid would not have to look at.
func FuzzAnswers(f *testing.F) {
	for _, line := range []string{
		`{"type":"propose","trial":3,"arch":"0,1"}`, `{"type":"propose","trial":3,"choices":[1,1],"fidelity":0.5}`,
		`{"type":"exhausted","trial":3}`, `{"type":"error","message":"x"}`, `{"type":"sample","count":3}`, `[]`, `{}`, `null`,
		`{"type":"mutate","archs":["0,1"]}`, `{"type":"cross","archs":["0,1","1,1"]}`, `{"type":"compose","choices":[9,9]}`,
		`{"type":"class","archs":["x"]}`, `{"type":"classes"}`, `{"type":"encode","archs":["1,0"]}`, `{"type":"neighbors","archs":["1,0"]}`,
	} {
		f.Add([]byte(line))
	}
	grid := searchtest.NewGrid(2, 2)
	f.Fuzz(func(t *testing.T, line []byte) {
		a, err := read(line)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("%q: several lines: %v", line, err)
			}
			return
		}
		a.Count = min(a.Count, 100)
		if _, ok, err := (services{grid, search.Problem{}.Stream("x", 1)}).answer(a); ok || err != nil {
			return
		}
		p, err := (&talk{space: grid}).proposal(a, 3)
		if err == nil && a.Choices != nil && grid.Validate(p.Arch) != nil {
			t.Errorf("%q proposes %q", line, p.Arch)
		}
	})
}
