package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/space"
)

// numbers are a space of its own, 0 to 99, and what they measure: their distance from one of them.
type numbers struct{ from int }

var distance = objective.Metric{Name: "distance", Goal: objective.Minimize}

var (
	_ space.Enumerator    = numbers{}
	_ space.Encoder       = numbers{}
	_ objective.Evaluator = numbers{}
	_ objective.Settings  = numbers{}
	_ objective.Tester    = numbers{}
)

func (numbers) Name() string                   { return "numbers" }
func (numbers) Sample(r *rand.Rand) space.Arch { return number(r.IntN(100)) }
func (n numbers) Mutate(r *rand.Rand, a space.Arch) space.Arch {
	return number((value(a) + 1 + r.IntN(99)) % 100)
}
func (numbers) Canonical(a space.Arch) space.Arch   { return a }
func (numbers) Classes() int                        { return 100 }
func (numbers) Class(i int) space.Arch              { return number(i) }
func (n numbers) ClassOf(a space.Arch) (int, error) { return value(a), n.Validate(a) }
func (numbers) Encode(a space.Arch) []float64       { return []float64{float64(value(a))} }

func number(n int) space.Arch { return space.Arch(strconv.Itoa(n)) }

func value(a space.Arch) int {
	n, _ := strconv.Atoi(string(a))
	return n
}

func (numbers) Validate(a space.Arch) error {
	n, err := strconv.Atoi(string(a))
	if err == nil && (n < 0 || n > 99) {
		err = fmt.Errorf("%d: want 0 to 99", n)
	}
	return err
}

func (numbers) Metrics() []objective.Metric          { return []objective.Metric{distance} }
func (n numbers) Source() string                     { return fmt.Sprint("numbers from ", n.from) }
func (n numbers) Settings() map[string]string        { return map[string]string{"from": strconv.Itoa(n.from)} }
func (numbers) Cost(objective.Request) time.Duration { return time.Second }

func (n numbers) Evaluate(_ context.Context, r objective.Request) (objective.Outcome, error) {
	d := value(r.Arch) - n.from
	return objective.Outcome{Values: []float64{float64(max(d, -d))}}, n.Validate(r.Arch)
}

func (n numbers) Test(ctx context.Context, r objective.Request) ([]float64, error) {
	out, err := n.Evaluate(ctx, r)
	return out.Values, err
}

// landscape is all that can be measured.
func landscape(n numbers) objective.Landscape {
	var all []float64
	for class := range n.Classes() {
		d := class - n.from
		all = append(all, float64(max(d, -d)))
	}
	return objective.NewMeasured(n.Metrics(), all)
}
