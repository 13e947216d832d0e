package attack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/space/nasbench201"
	"github.com/nassearch/nassearch/trainer"
)

// described builds from flags the description that a file made elsewhere lacks. What the images tell is not in it.
func (p *plan) described(path string) (s trainer.Spec, err error) {
	var missing []string
	for _, flag := range []string{"arch", "channels", "cells", "mean", "std"} {
		if !p.given(flag) {
			missing = append(missing, "--"+flag)
		}
	}
	if len(missing) > 0 {
		return s, fmt.Errorf("%s does not describe its network: give %s "+
			"(mean 0 and std 1 for every channel if its images are not normalised)", path, strings.Join(missing, ", "))
	}
	if s.Cell, err = nasbench201.Find(p.arch); err != nil {
		return s, fmt.Errorf("--arch: %w", err)
	}
	s.Channels, s.Depth = p.whole("channels"), p.whole("cells")
	if s.Mean, err = floats(p.mean); err != nil {
		return s, fmt.Errorf("--mean: %w", err)
	}
	if s.Std, err = floats(p.std); err != nil {
		return s, fmt.Errorf("--std: %w", err)
	}
	return s, nil
}

// agrees returns an error if flags say something else than the file's own description.
func (p *plan) agrees(path string, s trainer.Spec) error {
	if p.given("arch") {
		cell, err := nasbench201.Find(p.arch)
		if err != nil {
			return fmt.Errorf("--arch: %w", err)
		}
		if cell != s.Cell {
			return fmt.Errorf("--arch %s: %s says that it is %s", cell.Arch(), path, s.Cell.Arch())
		}
	}
	for _, c := range []struct {
		flag string
		have []float32
	}{
		{"channels", []float32{float32(s.Channels)}}, {"cells", []float32{float32(s.Depth)}},
		{"mean", s.Mean}, {"std", s.Std},
	} {
		if !p.given(c.flag) {
			continue
		}
		given, err := floats(p.text(c.flag))
		if err != nil {
			return fmt.Errorf("--%s: %w", c.flag, err)
		}
		if !slices.Equal(given, c.have) {
			return fmt.Errorf("--%s %s: %s says that it is %s", c.flag, p.text(c.flag), path, commas(c.have))
		}
	}
	return nil
}

// floats reads numbers with commas between them.
func floats(list string) ([]float32, error) {
	var values []float32
	for text := range strings.SplitSeq(list, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 32)
		if err != nil || v-v != 0 {
			return nil, fmt.Errorf("%q: want numbers with commas between them", list)
		}
		values = append(values, float32(v))
	}
	return values, nil
}

func commas(values []float32) string {
	var list []string
	for _, v := range values {
		list = append(list, strconv.FormatFloat(float64(v), 'g', -1, 32))
	}
	return strings.Join(list, ",")
}
