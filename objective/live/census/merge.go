package census

import (
	"fmt"
	"slices"

	"github.com/nassearch/nassearch/space/nasbench201"
)

// OverlapError says that two parts hold the same measurement.
type OverlapError struct {
	Paths [2]string
	Cell  nasbench201.Cell
	Seed  uint64
}

func (e *OverlapError) Error() string {
	return fmt.Sprintf("%s and %s both have %s with seed %d: merge parts that were divided by --shard",
		e.Paths[0], e.Paths[1], e.Cell.Arch(), e.Seed)
}

// Merge joins the records of logs, whose paths are for messages. Errors are a [*ProtocolError] for parts that do not
// belong together and an [*OverlapError].
func Merge(parts []*Log, paths []string) (Header, []Record, error) {
	h := parts[0].Header
	var all []Record
	from := map[Piece]string{}
	for i, l := range parts {
		if err := form.Same(paths[0], h, l.Header); err != nil {
			return h, nil, protocolError(fmt.Errorf("%s does not go with %s: %w", paths[i], paths[0], err))
		}
		for _, r := range l.Records() {
			if other, ok := from[r.piece()]; ok {
				c, err := nasbench201.FromIndex(r.Cell)
				if err != nil {
					return h, nil, err
				}
				return h, nil, &OverlapError{[2]string{other, paths[i]}, c, r.Seed}
			}
			from[r.piece()] = paths[i]
			all = append(all, r)
		}
	}
	slices.SortFunc(all, compare)
	return h, all, nil
}

// Keep writes merged records to an empty log, which then can be continued.
func (l *Log) Keep(records []Record) error {
	if len(l.records) > 0 {
		return fmt.Errorf("the log has %d records already: name an empty folder", len(l.records))
	}
	for _, r := range records {
		if err := l.add(r); err != nil {
			return err
		}
	}
	return nil
}
