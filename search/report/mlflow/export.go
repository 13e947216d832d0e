package mlflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"sync"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/space"
	"golang.org/x/sync/errgroup"
)

// Tags by which a run is known again.
const (
	studyTag = "nassearch.study"
	trialTag = "nassearch.trial"
)

// States of runs.
const (
	running  = "RUNNING"
	finished = "FINISHED"
	failed   = "FAILED"
)

// atOnce is how many runs are written side by side.
const atOnce = 4

// Counts says what became of the trials.
type Counts struct {
	Written   int // runs that were not there
	Completed int // runs that were begun, and not ended
	There     int // runs that were there
}

// Export writes a study's trials as runs of an experiment, which is made if it is not there. A run is known by the
// study's configuration and the trial's number: what is there already stays, and a run that an interruption has left
// unfinished is completed. Progress is told of every trial that is done; it may be nil. An error leaves what has been
// written.
//
// A run has as parameters the architecture with its names and choices, and the fidelity; as metrics the study's, and
// the numbers of the trial's record; and tags for all else. It is FAILED if the trial is. Times are those of the
// virtual clock, which begins in the year 2000.
func Export(
	ctx context.Context, c Client, experiment string, r search.Result, names space.Names, progress func(done int),
) (Counts, error) {
	var counts Counts
	of, err := identify(r.Study)
	if err != nil {
		return counts, err
	}
	id, err := c.experiment(ctx, experiment)
	if err != nil {
		return counts, err
	}
	there, err := c.runs(ctx, id, pair{studyTag, of})
	if err != nil {
		return counts, err
	}
	known := map[string]run{}
	for _, old := range there {
		if first, twice := known[old.tag(trialTag)]; !twice || first.Info.Status == running {
			known[old.tag(trialTag)] = old
		}
	}
	x := exporter{c, id, of, r, names}
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	var lock sync.Mutex
	done := 0
	for i, t := range r.Trials {
		if within.Err() != nil {
			break
		}
		old, begun := known[strconv.Itoa(t.ID)]
		group.Go(func() error {
			if err := x.write(within, i+1, t, old); err != nil {
				return err
			}
			lock.Lock()
			defer lock.Unlock()
			switch {
			case !begun:
				counts.Written++
			case old.Info.Status == running:
				counts.Completed++
			default:
				counts.There++
			}
			if done++; progress != nil {
				progress(done)
			}
			return nil
		})
	}
	err = group.Wait()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return counts, err
}

// identify returns what tells a study from others: a digest of its configuration, of which its history is a function.
func identify(d search.Description) (string, error) {
	b, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16]), nil
}

// exporter knows what all runs share.
type exporter struct {
	Client
	experiment, study string // ids
	result            search.Result
	names             space.Names
}

// write writes a trial's run, or what is missing of one that was begun.
func (x exporter) write(ctx context.Context, query int, t search.Trial, old run) error {
	if old.Info.ID != "" && old.Info.Status != running {
		return nil
	}
	content, err := x.content(query, t)
	if err != nil {
		return err
	}
	id := old.Info.ID
	if id == "" {
		id, err = x.begin(ctx, t, content)
	}
	if err == nil {
		err = x.log(ctx, id, content.params, lacking(content.metrics, old.Data.Metrics))
	}
	if err == nil {
		err = x.end(ctx, id, content.status, content.end)
	}
	return err
}

// begin creates a run. Where the server's answer was lost, the run that it may have made is looked for.
func (x exporter) begin(ctx context.Context, t search.Trial, c content) (id string, err error) {
	asked := false
	err = x.persist(ctx, func() error {
		if asked {
			made, err := x.runs(ctx, x.experiment, pair{studyTag, x.study}, pair{trialTag, strconv.Itoa(t.ID)})
			if err != nil {
				return err
			}
			if len(made) > 0 {
				id = made[0].Info.ID
				return nil
			}
		}
		asked = true
		id, err = x.create(ctx, x.experiment, c.name, c.start, c.tags)
		return err
	})
	return id, err
}

// lacking are the metrics that a run does not have yet: logged again, they would stand there twice.
func lacking(all, has []metric) (rest []metric) {
	there := map[string]bool{}
	for _, m := range has {
		there[m.Key] = true
	}
	for _, m := range all {
		if !there[m.Key] {
			rest = append(rest, m)
		}
	}
	return rest
}
