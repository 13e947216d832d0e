package live

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"

	"github.com/nassearch/nassearch/internal/settings"
	"github.com/nassearch/nassearch/trainer/dataset"
)

// Settings say by name all that the evaluator's values follow from, beside architecture, fidelity and seed: network,
// training, images, the setups of what it measures (but not the metrics' own settings), kernel, and the limit of
// memory, which decides what fails.
func (e *Evaluator) Settings() map[string]string {
	p := e.Protocol
	s := map[string]string{"images": e.contents, "kernel": e.Kernel.Name}
	maps.Copy(s, flat("", p.Training))
	delete(s, "seed")
	for name, value := range map[string]any{"channels": p.Channels, "cells": p.Cells, "image": e.Images.Train.Side} {
		s[name] = fmt.Sprint(value)
	}
	for _, setup := range e.Setups(e.Images.Val) {
		if setup.From != FromNowhere {
			s[setup.Name+".images"] = strconv.Itoa(setup.Images)
		}
		if setup.Settings != nil {
			maps.Copy(s, flat(setup.Name+".", setup.Settings))
		}
	}
	if p.SampleSeed != 0 {
		s["sample_seed"] = strconv.FormatUint(p.SampleSeed, 10)
	}
	if e.Memory > 0 {
		s["memory"] = strconv.FormatInt(e.Memory, 10)
	}
	return s
}

// contents is the number of a set's images and their digest.
func contents(s *dataset.Set) string {
	if s == nil {
		return "none"
	}
	return fmt.Sprintf("%d:%.8s", s.Len(), s.Digest())
}

// flat returns the fields of a struct as texts, by their names in JSON; those of a struct inside are "outer.inner".
func flat(prefix string, fields any) map[string]string {
	b, err := json.Marshal(fields)
	if err != nil {
		panic(err) // plain numbers and texts, and validated
	}
	members, err := settings.Members(b)
	if err != nil {
		panic(err)
	}
	out := map[string]string{}
	for _, m := range members {
		out[prefix+m.Name] = m.Value
	}
	return out
}

// Source is a fingerprint of the settings: two evaluators with the same one give the same values.
func (e *Evaluator) Source() string {
	b, err := json.Marshal(e.Settings()) // in the order of their names
	if err != nil {
		panic(err)
	}
	h := sha256.Sum256(b)
	return "live:" + hex.EncodeToString(h[:8])
}
