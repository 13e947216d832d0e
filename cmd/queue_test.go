package cmd_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

var (
	served = regexp.MustCompile(`(?:nats|tls)://[^ ]+`)
	told   = regexp.MustCompile(`http://[^ "]+/metrics`)
)

// address FILE VARIABLE sets a variable to where a queue is, as its server has said.
func address(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[1], served.FindString(ts.ReadFile(args[0])))
}

// port VARIABLE TO sets a variable to the port of an address.
func port(ts *testscript.TestScript, _ bool, args []string) {
	at := ts.Getenv(args[0])
	ts.Setenv(args[1], at[strings.LastIndex(at, ":")+1:])
}

// get LOG FILE writes what is told to Prometheus at the address in a log.
func get(ts *testscript.TestScript, _ bool, args []string) {
	r, err := http.Get(told.FindString(ts.ReadFile(args[0])))
	ts.Check(err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), text, 0o644))
}

// same FILE FILE FIELDS... compares a value of two JSON files.
func same(ts *testscript.TestScript, neg bool, args []string) {
	var texts []string
	for _, name := range args[:2] {
		var value any
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &value))
		for _, field := range args[2:] {
			if list, ok := value.([]any); ok {
				i, err := strconv.Atoi(field)
				ts.Check(err)
				value = list[i]
				continue
			}
			value = value.(map[string]any)[field]
		}
		texts = append(texts, fmt.Sprint(value))
	}
	if (texts[0] == texts[1]) == neg {
		ts.Fatalf("%v is %v and %v", args[2:], texts[0], texts[1])
	}
}

var clock = regexp.MustCompile(`"(seconds|sum)":[^,}]*`)

// untimely FILE drops what a census has measured with a clock, and checksums.
func untimely(ts *testscript.TestScript, _ bool, args []string) {
	text := clock.ReplaceAllString(ts.ReadFile(args[0]), "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}

var places = regexp.MustCompile(`,"arguments":\[[^]]*\]|,"sum":"[^"]*"|,"wall":[^,}]*`)

// placeless FILE drops from a study where things are, what was measured with a clock, and checksums.
func placeless(ts *testscript.TestScript, _ bool, args []string) {
	text := places.ReplaceAllString(ts.ReadFile(args[0]), "")
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o644))
}
