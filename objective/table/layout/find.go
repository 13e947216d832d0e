package layout

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// FindMeta reads the meta.json of released ids: at a path or, if that is empty, of a table at another: in its folder or
// zip file, or beside it. Without one its error is a [*FileError]; a table of our own has ids that are its own.
func FindMeta(data, meta string, sp Space) (*Meta, error) {
	stat, err := os.Stat(data)
	if meta != "" || err != nil {
		if meta == "" {
			return nil, fmt.Errorf("open table: %w", err)
		}
		return MetaBeside(data, meta, sp)
	}
	p := place{path: data, zipped: !stat.IsDir()}
	if p.zipped && !strings.EqualFold(filepath.Ext(data), ".zip") {
		return MetaBeside(data, "", sp)
	}
	own, err := p.own()
	if err != nil {
		return nil, err
	}
	if own.name != "" {
		return openMeta(file{}, data, sp)
	}
	f, err := p.find(MetaFile)
	if err == nil && f.name == "" && !p.zipped {
		f, err = metaBeside(filepath.Join(data, MetaFile), "")
	}
	if err == nil && f.name == "" {
		f, err = metaBeside(data, "")
	}
	if err != nil {
		return nil, err
	}
	return openMeta(f, data, sp)
}
