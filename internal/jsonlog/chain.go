package jsonlog

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
)

// chain is what the next line's checksum covers besides the line itself: the checksum of the line before it, none for
// the first one. Where no line has a chain yet, it is a digest of the whole text before.
type chain struct {
	sum  string
	text hash.Hash // of the lines before the chain; nil if there are none
	bare int       // their number
}

// Digits of a line's checksum: of a chained one the first 64 bits of a SHA-256, of another the CRC-32 (IEEE). Both are
// of the line with an empty one.
const (
	digits     = 16
	bareDigits = 8
)

var (
	errSum   = errors.New("checksum does not match: the line was changed")
	errPlace = errors.New("checksum does not match: the line was changed, " +
		"or lines before it were taken away, moved or put in")
	errTwice = errors.New("the line stands twice")
)

// open says whether lines without a chain may follow.
func (c *chain) open() bool { return c.text != nil && c.sum == "" }

// next returns the checksum of a line behind these.
func (c *chain) next(unsealed []byte) string {
	before := c.sum
	if c.open() {
		before = short(c.text)
	}
	h := sha256.New()
	fmt.Fprintln(h, before)
	h.Write(unsealed)
	return short(h)
}

func short(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil))[:digits] }

// add adds a line with a checksum, if that is right.
func (c *chain) add(unsealed []byte, sum string) error {
	switch {
	case sum == c.next(unsealed):
		c.sum = sum
		return nil
	case c.sum == "" && c.text == nil:
		return errSum
	case sum == c.sum:
		return errTwice
	}
	return errPlace
}

// addBare adds a line without a chain, if its checksum is right.
func (c *chain) addBare(line, unsealed []byte, sum string) error {
	if sum != bareSum(unsealed) {
		return errSum
	}
	if c.text == nil {
		c.text = sha256.New()
	}
	c.text.Write(line)
	c.bare++
	return nil
}

func bareSum(unsealed []byte) string { return fmt.Sprintf("%08x", crc32.ChecksumIEEE(unsealed)) }
