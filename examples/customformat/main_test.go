package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/space"
)

// run runs the program and returns its exit code and all that it prints.
func run(t *testing.T, args ...string) (code int, text string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = cmd.Run(t.Context(), cmd.Extensions{Formats: []table.Format{Format()}}, args, &out, &errs)
	return code, out.String() + errs.String()
}

func save(t *testing.T, content any) string {
	t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "mine.values.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

type object map[string]any

// The same values in another format give the same history.
func TestSearchIsThatOfAnotherFormat(t *testing.T) {
	original, err := micro.Open("")
	if err != nil {
		t.Fatal(err)
	}
	view, err := original.Select(t.Context(), []string{"clean_acc", "pgd_acc@8/255", "fgsm_acc@12/255"}, table.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	values := map[space.Arch][]float64{}
	for class := range original.Space().Classes() {
		values[original.Space().Class(class)] = view.Values(class)
	}
	path := save(t, object{"dataset": "mine", "metrics": []string{"clean_acc", "pgd_acc@8/255", "fgsm_acc@12/255"}, "values": values})

	search := []string{"--objective", "pgd_acc", "--eps", "8/255", "--budget", "60", "-o", "csv", "--log-level", "error"}
	code, want := run(t, search...)
	if code != 0 {
		t.Fatal(want)
	}
	code, got := run(t, append(search, "--data", path)...)
	if diff := cmp.Diff(want, got); diff != "" || code != 0 {
		t.Errorf("exit code %d, the history differs:\n%s", code, diff)
	}
	code, text := run(t, "table", "info", "--data", path)
	for _, want := range []string{"table     mine, from ", "clean_acc          6466 ", "pgd_acc    8/255   6466 "} {
		if !strings.Contains(text, want) || code != 0 {
			t.Errorf("exit code %d, no %q in\n%s", code, want, text)
		}
	}
}

func TestMistakesAreTold(t *testing.T) {
	const cell, twin = "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|", "|none~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|"
	for name, c := range map[string]struct {
		content any
		args    []string
		want    string
	}{
		"no object":       {[]int{1}, nil, "cannot unmarshal"},
		"no metric":       {object{"metrics": []string{"pgd_acc@"}}, nil, "key metrics: \"pgd_acc@\": want a setting"},
		"no cell":         {object{"values": object{"x": []int{}}}, nil, "key values: "},
		"too few":         {object{"metrics": []string{"clean_acc"}, "values": object{cell: []int{}}}, nil, "0 values, want 1"},
		"twice":           {object{"metrics": []string{"clean_acc"}, "values": object{cell: []int{1}, twin: []int{1}}}, nil, "another member of its class"},
		"another dataset": {object{"dataset": "mine"}, []string{"--dataset", "yours"}, "no dataset yours in "},
	} {
		t.Run(name, func(t *testing.T) {
			code, text := run(t, append([]string{"table", "info", "--data", save(t, c.content)}, c.args...)...)
			if code == 0 || !strings.Contains(text, c.want) {
				t.Errorf("exit code %d: %s, want %q", code, text, c.want)
			}
		})
	}
}

func TestHelpNamesTheFormat(t *testing.T) {
	_, text := run(t, "--help")
	text = strings.Join(strings.Fields(text), " ") // help is wrapped
	if !strings.Contains(text, "the one in the program, or a .values.json, ") {
		t.Error(text)
	}
}

func TestWhatIsNoTableNamesTheFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.txt")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, text := run(t, "table", "info", "--data", path); code != 1 || !strings.Contains(text, "want a .values.json, ") {
		t.Errorf("exit code %d: %s", code, text)
	}
}
