package searchtest

import (
	"context"
	"errors"
	"os"
	"regexp"

	"github.com/nassearch/nassearch/search"
)

// wall are the measured times in a journal.
var wall = regexp.MustCompile(`"wall":[^,}]*`)

// Journaled runs a study, as many measurements at a time as its window is wide, into a journal, which may be there
// already. It returns the journal's text without measured times: that of an equal study is equal.
func Journaled(ctx context.Context, c search.Config, path string) (text string, err error) {
	s, err := search.New(c)
	if err != nil {
		return "", err
	}
	j, err := search.OpenJournal(path, "searchtest", s.Description())
	if err != nil {
		return "", err
	}
	s.Keep(j)
	_, err = s.Run(ctx, c.Window)
	if err = errors.Join(err, j.Close()); err != nil {
		return "", err
	}
	b, err := os.ReadFile(path)
	return wall.ReplaceAllString(string(b), ""), err
}
