package layout

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"os"
	"path"
	"slices"
	"strings"
)

// digestOf is the SHA-256 of a file's content, in hex.
func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// beginning and seal begin the text of protocol.json: the seal, with the digest between its two parts, is a line that
// the digest does not cover.
const (
	beginning = "{\n"
	seal      = `  "digest": "`
	sealEnd   = "\",\n"
)

// sealed puts its digest into a JSON object, as the first member.
func sealed(object []byte) []byte {
	rest := bytes.TrimPrefix(object, []byte(beginning))
	return slices.Concat([]byte(beginning+seal+digestOf(object)+sealEnd), rest)
}

// checkSeal compares a text that should be [sealed] with its digest.
func checkSeal(text []byte) bool {
	head := len(beginning + seal)
	if len(text) < head+2*sha256.Size {
		return false
	}
	object := slices.Concat([]byte(beginning), text[min(len(text), head+2*sha256.Size+len(sealEnd)):])
	return bytes.Equal(text, sealed(object))
}

// verified calls do with a reader, and then compares all that there is to read with a digest.
func (f file) verified(r io.Reader, do func(r io.Reader) error) error {
	hash := sha256.New()
	all := io.TeeReader(r, hash)
	if err := do(all); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, all); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != f.digest {
		problem := "its content is not what " + ProtocolFile + " has the digest of: it was changed or damaged"
		return &FormatError{File: f.String(), Problem: problem}
	}
	return nil
}

// expect takes the digests that protocol.json lists, of the files beside it. Each of them must be there, and no other.
func (d *Dataset) expect(own file, digests map[string]string) error {
	if len(digests) == 0 {
		return nil
	}
	beside := path.Dir(own.name)
	names, err := own.files(d.Name)
	if err != nil {
		return err
	}
	for name := range digests {
		folder, _, _ := strings.Cut(name, "/")
		mine := name == MetaFile || folder == d.Name || folder == fileName(d.Name)
		if mine && !slices.Contains(names, path.Join(beside, name)) {
			return &FormatError{File: own.path, Problem: "no " + name + " in it, which " + ProtocolFile + " lists"}
		}
	}
	digest := func(f *file) error {
		for name, sum := range digests {
			if path.Join(beside, name) == f.name {
				f.digest = sum
				return nil
			}
		}
		return &FormatError{File: f.String(), Problem: ProtocolFile + " does not list it"}
	}
	for base, f := range d.files {
		if err := digest(&f); err != nil {
			return err
		}
		d.files[base] = f
	}
	if d.meta.name == "" {
		return nil // which is said by who reads it
	}
	return digest(&d.meta)
}

// localHeader begins what stands before a file's content in a zip file: localHeaderSize bytes, then its name and more.
const (
	localHeader     = "PK\x03\x04"
	localHeaderSize = 30
)

// checkNames compares the names in the directory of a zip file with those that stand beside the contents.
func checkNames(file string, z *zip.Reader) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	type entry struct {
		*zip.File
		at int64 // where its content begins
	}
	var all []entry
	for _, e := range z.File {
		at, err := e.DataOffset()
		if err != nil {
			return damagedEntry(file, e.Name, err)
		}
		all = append(all, entry{e, at})
	}
	slices.SortFunc(all, func(a, b entry) int { return cmp.Compare(a.at, b.at) })
	end := int64(0) // of the content before
	for _, e := range all {
		if name, ok := localName(f, end, e.at); ok && name != e.Name {
			return &FormatError{File: file, Problem: "its directory calls a file " + e.Name + " that calls itself " + name +
				": damaged, get it again"}
		}
		end = e.at + int64(e.CompressedSize64)
	}
	return nil
}

func damagedEntry(file, name string, err error) error {
	return &FormatError{File: file, Problem: "damaged at " + name + " (" + err.Error() + "): get it again"}
}

// localName reads the name that stands before the content at a place, behind other content. It is false where there is
// something that is not understood.
func localName(r io.ReaderAt, from, at int64) (string, bool) {
	const most = 1 << 17 // longer than any name with what follows it
	from = max(from, at-most, 0)
	if at < from {
		return "", false
	}
	b := make([]byte, at-from)
	if n, err := r.ReadAt(b, from); n < len(b) && err != nil {
		return "", false
	}
	for i := bytes.LastIndex(b, []byte(localHeader)); i >= 0; i = bytes.LastIndex(b[:i], []byte(localHeader)) {
		if len(b)-i < localHeaderSize {
			continue
		}
		name := int(binary.LittleEndian.Uint16(b[i+26:]))
		extra := int(binary.LittleEndian.Uint16(b[i+28:]))
		if i+localHeaderSize+name+extra == len(b) {
			return string(b[i+localHeaderSize : i+localHeaderSize+name]), true
		}
	}
	return "", false
}
