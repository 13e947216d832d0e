package cmd_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"nassearch": func() { os.Exit(cmd.Main(cmd.Extensions{})) },
		"proposes":  proposes,
		"measures":  measures,
	})
}

// TestScripts runs whole command lines. Every script finds table.csv, a table of all classes with made-up
// values, and, where it is there, the released dataset as $DATA.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("DATA", releasedData())
			return os.WriteFile(filepath.Join(env.WorkDir, "table.csv"), madeUp(), 0o644)
		},
		Condition: func(cond string) (bool, error) {
			if cond != "data" {
				return false, fmt.Errorf("unknown condition %s", cond)
			}
			return releasedData() != "", nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "json": jsonField, "timeless": timeless, "head": head, "lines": lines, "untimed": untimed, "gone": gone,
			"address": address, "get": get, "same": same, "untimely": untimely,
			"port": port, "placeless": placeless,
		},
	})
}

// releasedData is the folder of the released dataset, or empty.
func releasedData() string {
	dir := os.Getenv("NASSEARCH_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	dir, err := filepath.Abs(filepath.Join(dir, "data", "robustness-data"))
	if err != nil {
		return ""
	}
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// madeUp is a table in which deep cells with pools are robust.
func madeUp() []byte {
	var b bytes.Buffer
	b.WriteString("# dataset: cifar10\n# description: made up for tests\n# default eps: 1/255\n")
	b.WriteString("arch,clean_acc,pgd_acc@1/255,pgd_acc@8/255\n")
	for i := range nasbench201.Classes {
		c := nasbench201.Members(i)[0].Canonical()
		n := c.OpCounts()
		robust := 0.1*float64(c.Depth()) + 0.05*n[nasbench201.Pool] + 0.0001*float64(i%97)
		fmt.Fprintf(&b, "%s,%.4f,%.4f,%.4f\n", c.Arch(), 0.5+0.05*n[nasbench201.Conv3x3], robust, robust/4)
	}
	return b.Bytes()
}

// exits CODE PROGRAM ARGS... runs a program that must end with a code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// json FILE PATTERN FIELDS... finds a value in a JSON file and matches its text.
func jsonField(ts *testscript.TestScript, neg bool, args []string) {
	var value any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &value))
	for _, field := range args[2:] {
		switch v := value.(type) {
		case map[string]any:
			value = v[field]
		case []any:
			i, err := strconv.Atoi(field)
			ts.Check(err)
			if i >= len(v) {
				ts.Fatalf("%s has %d elements", field, len(v))
			}
			value = v[i]
		default:
			ts.Fatalf("no field %s in %v", field, value)
		}
	}
	if list, ok := value.([]any); ok {
		value = fmt.Sprintf("list of %d", len(list))
	}
	if regexp.MustCompile("^(?:"+args[1]+")$").MatchString(fmt.Sprint(value)) == neg {
		ts.Fatalf("%v is %v", args[2:], value)
	}
}

var wall = regexp.MustCompile(`"wall":[^,]*,`)

// timeless FILE drops what a study has measured with a clock.
func timeless(ts *testscript.TestScript, _ bool, args []string) {
	text := wall.ReplaceAllString(ts.ReadFile(args[0]), "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

var seconds = regexp.MustCompile(`"(seconds|workers)": [0-9.e-]+`)

// untimed FILE makes 0 of what attacks have measured with a clock, and how many networks did it.
func untimed(ts *testscript.TestScript, _ bool, args []string) {
	text := seconds.ReplaceAllString(ts.ReadFile(args[0]), `"$1": 0`)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

// head BYTES FROM TO copies the beginning of a file, or so much less that a line is cut within.
func head(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	text := ts.ReadFile(args[1])
	for text[n-1] == '\n' || text[n] == '\n' { // times in a log have more digits or fewer
		n--
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text[:n]), 0o644))
}

// lines FILE N waits until a file that a program in the background writes has N lines.
func lines(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	for range 6000 {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if err == nil && bytes.Count(text, []byte("\n")) >= n {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s has not got %d lines in a minute", args[0], n)
}
