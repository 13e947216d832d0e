package search

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// covered is what a line's checksum covers: all but what is measured of the machine, which no two runs have in common.
func (r record) covered() record {
	r.Wall, r.Record = 0, unmeasured(r.Record)
	return r
}

// bare is what the checksums of earlier versions cover: nothing of the evaluator's record.
func (r record) bare() record {
	r.Wall, r.Record = 0, nil
	return r
}

// unmeasured drops from an evaluator's record what [objective.Outcome] says is measured of the machine.
func unmeasured(text jsontext.Value) jsontext.Value {
	var members map[string]jsontext.Value
	if text.Kind() != '{' || json.Unmarshal(text, &members) != nil {
		return text
	}
	for name := range members {
		if strings.HasSuffix(name, "_seconds") || name == "peak_memory" {
			delete(members, name)
		}
	}
	rest, err := json.Marshal(members, json.Deterministic(true))
	if err != nil {
		return text
	}
	return rest
}
