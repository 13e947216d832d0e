package cmd

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/spf13/cobra"
)

// helps returns the help of every command by its path.
func helps(t *testing.T) map[string]string {
	t.Helper()
	root, err := newRoot(Extensions{}, env.New(nil, io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	root.InitDefaultHelpCmd()
	texts := map[string]string{}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		var out bytes.Buffer
		c.SetOut(&out)
		if err := c.Help(); err != nil {
			t.Fatal(err)
		}
		texts[c.CommandPath()] = out.String()
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(root)
	return texts
}

// listed is the name of a flag at the beginning of a line of help.
var listed = regexp.MustCompile(`(?m)^ {2}(?:-., |    )--([a-z0-9-]+)`)

func TestHelpFitsATerminalAndListsFlagsOnce(t *testing.T) {
	texts := helps(t)
	if len(texts) < 25 {
		t.Errorf("%d commands: there are more", len(texts))
	}
	for path, text := range texts {
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > 80 && !strings.Contains(path, "completion ") {
				t.Errorf("%s: %d columns: %s", path, n, line)
			}
		}
		var flags []string
		for _, match := range listed.FindAllStringSubmatch(text, -1) {
			if slices.Contains(flags, match[1]) {
				t.Errorf("%s: --%s stands twice", path, match[1])
			}
			flags = append(flags, match[1])
		}
		topic := !strings.Contains(text, "Usage:")
		if slices.Contains(flags, "config") == topic || strings.Count(text, "\nGeneral:\n") > 1 {
			t.Errorf("%s: flags of all commands are not listed once: %v", path, flags)
		}
	}
}

// Help suits a narrow terminal, too.
func TestHelpFitsANarrowTerminal(t *testing.T) {
	t.Setenv("COLUMNS", "60")
	for path, text := range helps(t) {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			long := utf8.RuneCountInString(line) > 60 && !strings.Contains(line, "~0|") // a cell's text is one word
			if long && !strings.Contains(path, "completion ") {
				t.Errorf("%s: %d columns: %s", path, utf8.RuneCountInString(line), line)
			}
		}
	}
}

// What has no meaning with a command is not in its help.
func TestHelpHasNoIdleFlags(t *testing.T) {
	texts := helps(t)
	for path, flags := range map[string][]string{
		"nassearch train": {"rows"}, "nassearch version": {"data", "dataset", "meta"}, "nassearch export": {"output", "rows"},
		"nassearch table export": {"output"}, "nassearch strategies": {"dataset"}, "nassearch completion": {"output"},
	} {
		for _, flag := range flags {
			if strings.Contains(texts[path], "--"+flag+" string  ") {
				t.Errorf("%s lists --%s", path, flag)
			}
		}
	}
}

// nassearch search is nassearch.
func TestSearchIsTheTwinOfTheProgram(t *testing.T) {
	texts := helps(t)
	_, program, ok := strings.Cut(texts["nassearch"], "\nSearch:\n")
	_, twin, okTwin := strings.Cut(texts["nassearch search"], "\nSearch:\n")
	program, _, _ = strings.Cut(program, "\n'nassearch COMMAND")
	if !ok || !okTwin || strings.ReplaceAll(program, "help for nassearch", "help for search") != twin {
		t.Errorf("flags differ:\n%s\nand\n%s", program, twin)
	}
}

// Every command has an example, of commands and flags that there are.
func TestExamplesOfHelpAreCommandLines(t *testing.T) {
	for path, text := range helps(t) {
		_, examples, ok := strings.Cut(text, "\nExamples:\n")
		if !ok && strings.Contains(text, "Usage:") && !strings.Contains(path, "completion ") {
			t.Errorf("%s has no example", path)
		}
		examples, _, _ = strings.Cut(examples, "\n\n")
		for _, match := range shown.FindAllStringSubmatch(examples+"\n", -1) {
			checkLine(t, path, match[1])
		}
	}
}
