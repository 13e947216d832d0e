package cmd

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd/internal/env"
)

// documents returns the texts of the README and of docs by their names.
func documents(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("..", "docs", "*.md"))
	if err != nil || len(names) == 0 {
		t.Fatalf("documents %v, %v", names, err)
	}
	texts := map[string]string{}
	for _, name := range append(names, filepath.Join("..", "README.md")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(text)
	}
	return texts
}

// shown are the command lines of a document: what stands alone or after a prompt, with what continues it.
var shown = regexp.MustCompile(`(?m)^ +(?:\$ )?(?:nassearch|go run \./cmd/nassearch) +((?:.*\\\n)*.*)$`)

// quoted are the words of a command line: in quotes, or without spaces.
var quoted = regexp.MustCompile(`'[^']*'|[^\s']+`)

// Every command line that the documents show has a command, and flags that it has.
func TestDocumentsShowCommandsThatThereAre(t *testing.T) {
	commands := 0
	for name, text := range documents(t) {
		for _, match := range shown.FindAllStringSubmatch(text, -1) {
			commands++
			checkLine(t, name, match[1])
		}
	}
	if commands < 40 {
		t.Errorf("%d command lines: there are more", commands)
	}
}

// checkLine reports a command line that no command takes.
func checkLine(t *testing.T, where, line string) {
	t.Helper()
	line, _, _ = strings.Cut(strings.ReplaceAll(line, "\\\n", " "), " #")
	line, _, _ = strings.Cut(line, " > ")
	var args []string
	for _, word := range quoted.FindAllString(line, -1) {
		args = append(args, strings.Trim(word, "'"))
	}
	root, err := newRoot(Extensions{}, env.New(args, io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	root.InitDefaultHelpCmd()
	c, rest, err := root.Find(args)
	if err == nil {
		err = c.ParseFlags(rest)
	}
	if err == nil {
		err = c.ValidateArgs(c.Flags().Args())
	}
	if err != nil {
		t.Errorf("%s: nassearch %s: %v", where, line, err)
	}
}

// named are links, and paths that begin in a folder of the project.
var named = regexp.MustCompile(`\]\(([^)#:]+)[)#]|(?:\x60|[ \x60]\./)((?:` + strings.Join([]string{
	"cmd", "docs", "examples", "internal", "objective", "robustness", "search", "space", "strategies", "trainer",
}, "|") + `)(?:/[A-Za-z0-9_.-]+)*)[\s\x60]`)

// Every file and folder that the documents name is there; NAME stands for one that is to be made, in a folder that is.
func TestDocumentsNameFilesThatThereAre(t *testing.T) {
	paths := 0
	for name, text := range documents(t) {
		for _, match := range named.FindAllStringSubmatch(text, -1) {
			path := filepath.Join("..", match[2])
			if match[1] != "" {
				path = filepath.Join(filepath.Dir(name), match[1])
			}
			path, _, _ = strings.Cut(path, "/NAME")
			paths++
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if paths < 40 {
		t.Errorf("%d paths: there are more", paths)
	}
}
