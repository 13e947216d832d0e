package frame

import (
	"io"
	"maps"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// rowsOfGroup is how many rows a group has at most: what a reader takes at once.
const rowsOfGroup = 1 << 17

// Parquet writes a file that says what its columns hold; missing values are nulls. The same rows give the same bytes.
func (f *Frame) Parquet(w io.Writer) error {
	options := []parquet.WriterOption{
		f.schema(), parquet.Compression(&parquet.Snappy), parquet.MaxRowsPerRowGroup(rowsOfGroup),
		parquet.CreatedBy("nassearch", "1", ""),
	}
	for _, key := range slices.Sorted(maps.Keys(f.About)) {
		options = append(options, parquet.KeyValueMetadata(key, f.About[key]))
	}
	out := parquet.NewGenericWriter[any](w, options...)
	record := make(parquet.Row, len(f.columns))
	one := []parquet.Row{record}
	err := f.each(func(row []any) error {
		for i, v := range row {
			record[i] = field(v, i)
		}
		_, err := out.WriteRows(one)
		return err
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// field is a value of an optional column.
func field(v any, column int) parquet.Value {
	switch v := v.(type) {
	case string:
		return parquet.ByteArrayValue([]byte(v)).Level(0, 1, column)
	case int64:
		return parquet.Int64Value(v).Level(0, 1, column)
	case float64:
		return parquet.DoubleValue(v).Level(0, 1, column)
	case bool:
		return parquet.BooleanValue(v).Level(0, 1, column)
	}
	return parquet.NullValue().Level(0, 0, column)
}

// schema describes the columns.
func (f *Frame) schema() *parquet.Schema {
	types := map[Kind]parquet.Node{
		Text: parquet.String(), Whole: parquet.Int(64), Real: parquet.Leaf(parquet.DoubleType),
		Truth: parquet.Leaf(parquet.BooleanType),
	}
	g := ordered{Group: parquet.Group{}}
	for _, c := range f.columns {
		g.Group[c.Name] = parquet.Optional(types[c.Kind])
		g.names = append(g.names, c.Name)
	}
	return parquet.NewSchema("rows", g)
}

// ordered is a group whose fields have the order in which they were named, not that of the alphabet.
type ordered struct {
	parquet.Group
	names []string
}

// Fields implements [parquet.Node].
func (g ordered) Fields() []parquet.Field {
	fields := g.Group.Fields()
	place := map[string]int{}
	for i, name := range g.names {
		place[name] = i
	}
	slices.SortFunc(fields, func(a, b parquet.Field) int { return place[a.Name()] - place[b.Name()] })
	return fields
}
