package remote_test

import (
	"cmp"
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/nassearch/nassearch/objective/remote/remotetest"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// BenchmarkWindow tells what share of their time workers of different speed are used by a study, by its window: a study
// hears of results in the order of its own clock, and asks for more when the next in that order is there. It is a
// simulation by events, in units of the mean of trials, for more workers than a machine can have; BenchmarkCrowd of
// package jetstream is one with real queues.
//
//	go test ./objective/remote -run '^$' -bench Window -benchtime 1x
func BenchmarkWindow(b *testing.B) {
	for _, workers := range []int{8, 64, 1000} {
		for _, wide := range []float64{.5, 1, 1.5, 2, 4, 8} {
			for _, c := range []circumstances{{0, 0, 0}, {.1, .1, 0}, {.1, .1, .02}, {.4, .1, .02}} {
				name := fmt.Sprintf("workers=%d/window=%gx/speeds=%g/deaths=%g", workers, wide, c.speeds, c.deaths)
				b.Run(name, func(b *testing.B) {
					busy := 0.
					for i := range b.N {
						busy += newFarm(workers, c, uint64(i)).run(int(wide*float64(workers)), 20*workers)
					}
					b.ReportMetric(100*busy/float64(b.N), "%busy")
					b.ReportMetric(0, "ns/op")
				})
			}
		}
	}
}

// circumstances are the standard deviations of the logarithms of workers' speeds and of what trials take beside what is
// announced, and how often a worker dies of a trial.
type circumstances struct{ speeds, noise, deaths float64 }

// lost is after which time a lost trial is given to another worker, and away is how long a dead one stays away: in means
// of trials, such as half a minute and one of ten.
const (
	lost = .05
	away = 1
)

// farm is workers, and the trials of a study.
type farm struct {
	circumstances
	rand    *rand.Rand
	costs   []float64 // of classes, as often as they are drawn
	speed   []float64 // of workers: what a trial takes is its cost times this
	idle    []int     // workers
	waiting []*asked  // first in, first out
	events  events
	worked  float64 // time that was not lost
}

// asked is a trial that has been asked for.
type asked struct {
	cost, end float64 // on the study's clock
	done      bool
}

// event is when a worker is free again, and the trial that it has done by then or, if it died, that is queued again.
type event struct {
	at     float64
	worker int // -1: none
	done   *asked
	again  *asked
}

type events []event

func (e events) Len() int           { return len(e) }
func (e events) Less(i, j int) bool { return e[i].at < e[j].at }
func (e events) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)        { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

func newFarm(workers int, c circumstances, seed uint64) *farm {
	f := &farm{circumstances: c, rand: rand.New(rand.NewPCG(seed, 0))}
	in := remotetest.Space()
	mean := 0.
	for class := range in.Classes() {
		for range in.Members(class) {
			f.costs = append(f.costs, float64(in.FLOPs(in.Class(class))))
			mean += f.costs[len(f.costs)-1] / nasbench201.Cells
		}
	}
	for i := range f.costs {
		f.costs[i] /= mean
	}
	for i := range workers {
		f.idle = append(f.idle, i)
		f.speed = append(f.speed, math.Exp(c.speeds*f.rand.NormFloat64()))
	}
	return f
}

// run has trials done, so many of them in flight, and returns the share of the workers' time that was of use until the
// last was asked for, from when all had had one.
func (f *farm) run(window, trials int) float64 {
	var flights []*asked
	now, clock, began, before := 0., 0., 0., 0.
	for n := 0; ; {
		for n < trials && len(flights) < window {
			t := &asked{cost: f.costs[f.rand.IntN(len(f.costs))]}
			t.end = clock + t.cost
			flights, f.waiting = append(flights, t), append(f.waiting, t)
			n++
		}
		if n == trials {
			return (f.worked - before) / (now - began) / float64(len(f.speed))
		}
		f.assign(now)
		e := heap.Pop(&f.events).(event)
		now = e.at
		f.happen(e)
		for len(flights) > 0 {
			next := slices.MinFunc(flights, func(a, b *asked) int { return cmp.Compare(a.end, b.end) })
			if !next.done {
				break
			}
			clock = next.end
			flights = slices.Delete(flights, slices.Index(flights, next), slices.Index(flights, next)+1)
		}
		if began == 0 && n > 2*max(window, len(f.speed)) {
			began, before = now, f.worked
		}
	}
}

// assign gives trials to workers.
func (f *farm) assign(now float64) {
	for len(f.waiting) > 0 && len(f.idle) > 0 {
		i := f.rand.IntN(len(f.idle))
		w, t := f.idle[i], f.waiting[0]
		f.idle, f.waiting = slices.Delete(f.idle, i, i+1), f.waiting[1:]
		takes := t.cost * f.speed[w] * math.Exp(f.noise*f.rand.NormFloat64())
		if f.rand.Float64() < f.deaths {
			at := now + takes*f.rand.Float64()
			heap.Push(&f.events, event{at: at + lost, worker: -1, again: t})
			heap.Push(&f.events, event{at: at + away, worker: w})
			continue
		}
		f.worked += takes
		heap.Push(&f.events, event{at: now + takes, worker: w, done: t})
	}
}

// happen takes note of an event.
func (f *farm) happen(e event) {
	if e.worker >= 0 {
		f.idle = append(f.idle, e.worker)
	}
	if e.done != nil {
		e.done.done = true
	}
	if e.again != nil { // the server gives it out before all others
		f.waiting = slices.Insert(f.waiting, 0, e.again)
	}
}
