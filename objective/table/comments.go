package table

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// Keys of comments, besides those of texts.
const (
	keyEps     = "default eps"
	keyNote    = "note"
	keyNetwork = "network"
	keyRows    = "rows"
	keySeeds   = "seeds"
)

type comment struct {
	key  string
	text *string
}

// comments are the texts that a file has of an Info, in their order.
func (i *Info) comments() []comment {
	return []comment{
		{"dataset", &i.Dataset}, {"description", &i.Description}, {"split", &i.Split}, {"training", &i.Training},
		{"attacks", &i.Attacks}, {"corruptions", &i.Corruptions},
	}
}

// readComments reads the lines that begin with #, up to the header. Empty lines may stand anywhere among them.
func (c *csvTable) readComments(b *bufio.Reader) error {
	if err := c.skipMark(b); err != nil {
		return err
	}
	for {
		line, err := peekLine(b)
		if err != nil && err != io.EOF {
			return fmt.Errorf("%s: %w", c.file, err)
		}
		text := strings.TrimSpace(string(line))
		commented := strings.HasPrefix(text, "#") || strings.HasPrefix(text, `"#`)
		if len(line) == 0 || text != "" && !commented {
			return nil // the CSV reader goes on
		}
		if text, err = b.ReadString('\n'); err != nil && err != io.EOF { // it may be longer than what was looked at
			return fmt.Errorf("%s: %w", c.file, err)
		}
		if c.comments++; !commented {
			continue
		}
		if err := c.comment(plainComment(text)); err != nil {
			return c.fail(c.comments, "", "%v", err)
		}
	}
}

// skipMark passes over a byte order mark, as spreadsheets write it, and refuses that of another encoding.
func (c *csvTable) skipMark(b *bufio.Reader) error {
	if mark, err := b.Peek(3); err == nil && string(mark) == "\ufeff" {
		b.Discard(3)
	}
	if mark, err := b.Peek(2); err == nil && (string(mark) == "\xff\xfe" || string(mark) == "\xfe\xff") {
		return c.fail(1, "", "text in UTF-16: save it as UTF-8")
	}
	return nil
}

// peekLine returns the next line with its end, or as much of it as is looked at.
func peekLine(b *bufio.Reader) ([]byte, error) {
	for n := 1; ; n = min(2*n, b.Size()) {
		seen, err := b.Peek(n)
		if i := bytes.IndexByte(seen, '\n'); i >= 0 {
			return seen[:i+1], nil
		}
		if err != nil || n == b.Size() {
			return seen, err
		}
	}
}

// plainComment is what a comment says, also if a spreadsheet has put it into quotes, and empty fields behind it.
func plainComment(line string) string {
	line = strings.TrimSpace(line)
	if strings.HasPrefix(line, `"`) {
		if fields, err := csv.NewReader(strings.NewReader(line)).Read(); err == nil {
			line = fields[0]
		}
	}
	return strings.TrimSpace(strings.TrimRight(strings.TrimPrefix(line, "#"), ","))
}

func (c *csvTable) comment(text string) (err error) {
	key, value, _ := strings.Cut(text, ":")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	info := &c.content.Info
	switch key {
	case keyNote:
		info.Notes = append(info.Notes, value)
	case keyEps:
		info.DefaultEps, err = objective.ParseEps(value)
	case keyNetwork:
		c.network(value)
	case keySeeds:
		info.Seeds, _ = parseSeeds(value) // what people wrote of them in other words says nothing to us
	case keyRows:
		if Rule(value) == Each && c.rule == "" {
			c.rule = Each
		}
	}
	for _, known := range info.comments() {
		if known.key == key {
			*known.text = value
		}
	}
	return err
}

// network takes note of the network. Of one in other words nobody knows the sizes.
func (c *csvTable) network(text string) {
	var err error
	if c.content.network, err = parseNetwork(text); err != nil {
		c.content.unsized = true
		c.content.Info.Notes = append(c.content.Info.Notes, err.Error()+": params and flops are left out")
	}
}

func (i Info) writeComments(w io.Writer) {
	for _, c := range i.comments() {
		writeComment(w, c.key, *c.text)
	}
	if i.DefaultEps != 0 {
		writeComment(w, keyEps, i.DefaultEps.String())
	}
	if i.Network != nil {
		writeComment(w, keyNetwork, networkText(*i.Network))
	}
	writeComment(w, keySeeds, i.Seeds.String())
	if i.Rows == Each {
		writeComment(w, keyRows, string(Each))
	}
	for _, n := range i.Notes {
		writeComment(w, keyNote, n)
	}
}

// writeComment writes one line, if there is anything to say.
func writeComment(w io.Writer, key, text string) {
	if text != "" {
		fmt.Fprintf(w, "# %s: %s\n", key, strings.Join(strings.Fields(text), " "))
	}
}

// NetworkText says in words what the cells were stacked into; empty if nobody knows.
func (i Info) NetworkText() string {
	if i.Network == nil {
		return ""
	}
	return networkText(*i.Network)
}

// networkForm is how a network is written in words.
const networkForm = "C=%d N=%d classes=%d image=%d inputs=%d"

// networkText writes what [parseNetwork] reads.
func networkText(n nasbench201.Network) string {
	return fmt.Sprintf(networkForm, n.Channels, n.Depth, n.Classes, n.Image, n.Inputs)
}

// parseNetwork reads "C=16 N=5 classes=10 image=32 inputs=3".
func parseNetwork(text string) (*nasbench201.Network, error) {
	n := new(nasbench201.Network)
	var rest string
	_, err := fmt.Sscanf(text+" .", networkForm+" %s", &n.Channels, &n.Depth, &n.Classes, &n.Image, &n.Inputs, &rest)
	if err == nil && rest == "." {
		if _, err := nasbench201.New(*n); err != nil {
			return nil, err
		}
		return n, nil
	}
	return nil, fmt.Errorf("network %q: want such as C=16 N=5 classes=10 image=32 inputs=3", text)
}

// Seeds says over how many trainings a value is the mean, at least and at most; zero if nobody says it.
type Seeds struct{ Least, Most int }

// String returns "3", "1 to 3", or nothing.
func (s Seeds) String() string {
	switch {
	case s.Most == 0:
		return ""
	case s.Least == s.Most:
		return strconv.Itoa(s.Most)
	}
	return fmt.Sprintf("%d to %d", s.Least, s.Most)
}

// with returns those that n are among, too.
func (s Seeds) with(n int) Seeds {
	if s.Most == 0 {
		return Seeds{n, n}
	}
	return Seeds{min(s.Least, n), max(s.Most, n)}
}

// parseSeeds reads what String writes.
func parseSeeds(text string) (s Seeds, err error) {
	least, most, several := strings.Cut(text, " to ")
	if !several {
		most = least
	}
	s.Least, err = strconv.Atoi(least)
	if err == nil {
		s.Most, err = strconv.Atoi(most)
	}
	if err != nil || s.Least < 1 || s.Most < s.Least {
		return Seeds{}, fmt.Errorf("seeds %q: want their number, or such as 1 to 3", text)
	}
	return s, nil
}
