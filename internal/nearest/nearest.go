// Package nearest finds the name that was meant by a misspelt one.
package nearest

import (
	"fmt"
	"strings"
)

// Hint returns "; did you mean NAME?" with the name that a word is a misspelling of, to stand behind the sentence of an
// error, or nothing if no name is near enough to be meant.
func Hint(word string, names []string) string {
	name, ok := Name(word, names)
	if !ok {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", name)
}

// Name returns the name that a word is a misspelling of: the one that fewest slips of the keyboard lead to, if they are
// few for its length, the first of several; or else the only one that the word begins or that begins the word. Letters
// of another case, and - for _, are no slips.
func Name(word string, names []string) (nearest string, ok bool) {
	least, long := 0, fold(word)
	for _, name := range names {
		n := fold(name)
		slips := distance(long, n)
		if slips <= allowed(min(len(long), len(n))) && (!ok || slips < least) {
			nearest, least, ok = name, slips, true
		}
	}
	if ok {
		return nearest, true
	}
	begun := 0
	for _, name := range names {
		if begins(long, fold(name)) {
			nearest = name
			begun++
		}
	}
	return nearest, begun == 1
}

// allowed is how many slips may lie between a word and a name, the shorter of which has so many letters: one in three,
// and no more than three, so that nothing far is proposed.
func allowed(letters int) int { return min(letters/3, 3) }

// begins says whether the shorter of two texts is the beginning of the other, and not too little of it.
func begins(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= 3 && 3*len(a) >= len(b) && string(b[:len(a)]) == string(a)
}

func fold(text string) []rune { return []rune(strings.ReplaceAll(strings.ToLower(text), "_", "-")) }

// distance is how many letters have to be changed, added, left out or swapped with the next one to turn a text into
// another, none of them twice (the restricted distance of Damerau, CACM 1964, and Levenshtein).
func distance(a, b []rune) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before, above, row = above, row, before
		row[0] = i + 1
		for j := range b {
			change := 1
			if a[i] == b[j] {
				change = 0
			}
			row[j+1] = min(above[j+1]+1, row[j]+1, above[j]+change)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
