package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// ReadRuns reads the finished runs of a folder that a [Store] filled, without a lock and without changing anything, and
// the problems they are of as [Problems] does. Runs under smaller limits than the last ones had are left out.
func ReadRuns(dir string) (problems []Problem, runs []Run, err error) {
	var all []record
	_, err = form.Read(filepath.Join(dir, runsFile), func(_ header, r record) error {
		all = append(all, r)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s has no %s: name a folder that compare --out filled", dir, runsFile)
	}
	if err != nil {
		return nil, nil, err
	}
	at := map[runKey]int{}
	for _, r := range all {
		if last := all[len(all)-1]; r.Budget != last.Budget || r.Hours != last.Hours {
			continue
		}
		if i, ok := at[r.Run.key()]; ok {
			runs[i] = r.Run
			continue
		}
		at[r.Run.key()] = len(runs)
		runs = append(runs, r.Run)
	}
	return Problems(dir), runs, nil
}
