package queue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/nearest"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/remote"
	"go.uber.org/zap"
)

// Chooser finds out which kind of workers is to be asked.
type Chooser struct {
	Client *remote.Client
	Name   string                  // of the queue, or its beginning; empty: the only one
	Suits  func(remote.Offer) bool // nil: all do
	Log    *zap.Logger
}

// errNobody says that there is nobody to ask.
var errNobody = errors.New("no worker has ever come to this queue: start one by 'nassearch worker', with the " +
	"backend and the settings to measure by")

// How often it is looked whether the first worker has come, and told that it has not.
const (
	look = time.Second
	tell = time.Minute
)

// Wait chooses, as soon as somebody is there who can be asked.
func (c Chooser) Wait(ctx context.Context) (remote.Offer, error) {
	var told time.Time
	for {
		o, err := c.Now(ctx)
		if !errors.Is(err, errNobody) {
			return o, err
		}
		if time.Since(told) > tell {
			told = time.Now()
			c.Log.Info("waiting for the first worker of the queue (see 'nassearch worker')")
		}
		select {
		case <-time.After(look):
		case <-ctx.Done():
			return o, context.Cause(ctx)
		}
	}
}

// Now chooses among those who are known.
func (c Chooser) Now(ctx context.Context) (o remote.Offer, err error) {
	offers, err := c.Client.Offers(ctx)
	if err != nil {
		return o, err
	}
	if len(offers) == 0 {
		return o, errNobody
	}
	other := func(o remote.Offer) bool { return !strings.HasPrefix(o.Queue(), c.Name) }
	named := slices.DeleteFunc(slices.Clone(offers), other)
	if len(named) == 0 {
		names := usage.Names(offers, remote.Offer.Queue)
		return o, usage.Mark(fmt.Errorf("--source %q: there is %s%s", c.Name, strings.Join(names, " and "),
			nearest.Hint(c.Name, names)))
	}
	if c.Suits != nil {
		if fit := slices.DeleteFunc(slices.Clone(named), func(o remote.Offer) bool { return !c.Suits(o) }); len(fit) > 0 {
			named = fit
		}
	}
	if len(named) > 1 {
		if named, err = c.attended(ctx, named); err != nil {
			return o, err
		}
	}
	if len(named) == 1 {
		return named[0], nil
	}
	text := "the queue has workers of several kinds: choose one by --source"
	for _, o := range named {
		text += "\n" + o.Queue() + "  " + o.Name
	}
	return o, usage.Mark(errors.New(text))
}

// attended leaves of offers those whose workers are there now, if any are.
func (c Chooser) attended(ctx context.Context, all []remote.Offer) (there []remote.Offer, err error) {
	for _, o := range all {
		s, err := c.Client.Status(ctx, o.Queue())
		if err != nil {
			return nil, err
		}
		if len(s.Workers) > 0 {
			there = append(there, o)
		}
	}
	if len(there) == 0 {
		return all, nil
	}
	return there, nil
}

// rarely is how often it is told that a queue does not answer.
const rarely = 10 * time.Second

// Missed returns what logs now and then that the queue does not answer.
func Missed(log *zap.Logger) func(error) {
	var told atomic.Int64
	return func(err error) {
		now, last := time.Now().UnixNano(), told.Load()
		if now-last > int64(rarely) && told.CompareAndSwap(last, now) {
			log.Warn("the queue does not answer, which is tried again until it does", zap.Error(err))
		}
	}
}

// often is how often it is looked how it stands with a queue.
const often = 3 * time.Second

// Standing looks from time to time how it stands with a queue, until ctx ends, and returns what says it. It logs when
// the last worker has gone, and when one has come again.
func Standing(ctx context.Context, c *remote.Client, name string, log *zap.Logger) func() string {
	var words atomic.Value
	words.Store("")
	go func() {
		t := time.NewTicker(often)
		defer t.Stop()
		for alone := false; ; {
			s, err := c.Status(ctx, name)
			switch {
			case ctx.Err() != nil:
				return
			case err != nil:
				words.Store("the queue does not answer")
			default:
				words.Store(Words(s))
				if none := len(s.Workers) == 0; none != alone {
					alone = none
					log.Info(map[bool]string{true: "no worker is there: waiting for one", false: "there are workers"}[none])
				}
			}
			select {
			case <-t.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() string { return words.Load().(string) }
}

// Words say how it stands with a queue.
func Words(s remote.Status) string {
	slots, busy := s.Slots()
	text := fmt.Sprintf("%s, %d of %d busy", numeral.Count(len(s.Workers), "worker"), busy, slots)
	if s.Waiting > 0 {
		text += fmt.Sprintf(", %s waiting", numeral.Thousands(s.Waiting))
	}
	return text
}
