package plain

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// File names have at most longest bytes, so that endings have room on any file system. Of longer ones the first bytes
// stand before the digest.
const (
	longest = 120
	kept    = 48
)

// devices are names that Windows gives to no file, whatever stands behind a point.
var devices = regexp.MustCompile(`^(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(\.|$)`)

// FileName makes of any name one for a file or folder, to which an ending may be added. It has no separator, begins
// and ends with no point, and is none that Windows reserves, so that it stays in its folder everywhere. Different names
// give different ones, also where a file system takes capitals for small letters or one way to write a letter for
// another (Unicode's normal forms).
//
// Small letters of ASCII, digits, _ - . , @ and the letters of scripts without capitals and accents stay as they are, a
// capital becomes its small letter after a plus, and each byte of anything else = and two hexadecimal digits. Of what
// is then too long, the beginning is kept, and == and the name's SHA-256 follow.
func FileName(name string) string {
	if name == "" {
		return "="
	}
	var b strings.Builder
	start := 0 // bytes that are kept of a long name
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		edge := i == 0 && (r == '.' || r == '-') || i+size == len(name) && r == '.'
		switch {
		case stays(r) && !edge:
			b.WriteString(name[i : i+size])
		case 'A' <= r && r <= 'Z':
			b.WriteString("+" + string(unicode.ToLower(r)))
		default:
			b.WriteString(escaped(name[i : i+size]))
		}
		if b.Len() <= kept {
			start = b.Len()
		}
		i += size
	}
	file := b.String()
	if devices.MatchString(file) {
		file = escaped(file[:1]) + file[1:]
	}
	if len(file) > longest {
		file = fmt.Sprintf("%s==%x", b.String()[:start], sha256.Sum256([]byte(name)))
	}
	return file
}

func escaped(bytes string) string {
	var b strings.Builder
	for i := range len(bytes) {
		fmt.Fprintf(&b, "=%02x", bytes[i])
	}
	return b.String()
}

// stays says whether a character is the same to every file system.
func stays(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || strings.ContainsRune("_-.,@", r)
	}
	return unicode.Is(unicode.Lo, r) && unicode.SimpleFold(r) == r && norm.NFKD.IsNormalString(string(r)) &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}
