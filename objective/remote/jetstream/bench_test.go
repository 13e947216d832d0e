package jetstream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nats-io/nats-server/v2/server"
)

// record is as long as that of a trial of the live backend.
var record = json.RawMessage(`{"record":"` + strings.Repeat("x", 600) + `"}`)

// BenchmarkJobs is of jobs of no cost through a server that syncs all it acknowledges: how many a second, and what a job
// takes on the network, of all who take part, and on the server's disk.
//
//	go test ./objective/remote/jetstream -run '^$' -bench Jobs -benchtime 3000x
func BenchmarkJobs(b *testing.B) {
	for _, c := range []struct{ window, slots int }{{1, 1}, {64, 1}, {64, 16}, {512, 64}} {
		b.Run(fmt.Sprintf("window=%d/slots=%d", c.window, c.slots), func(b *testing.B) {
			s := start(b, server.Options{})
			o := jetstream.Options{URL: s.ClientURL()}
			ctx, cancel := context.WithCancel(b.Context())
			nothing := func(context.Context, json.RawMessage) (remote.Doer, error) {
				return func(context.Context, json.RawMessage) (json.RawMessage, error) { return record, nil }, nil
			}
			w := &remote.Worker{
				Transport: open(b, o), Queue: "q", Kinds: map[string]remote.Opener{"nothing": nothing}, Slots: c.slots,
			}
			var all sync.WaitGroup
			all.Go(func() {
				if err := w.Run(ctx); err != nil {
					b.Error(err)
				}
			})
			client := &remote.Client{Transport: open(b, o)}
			b.ResetTimer()
			began := time.Now()
			pour(b, client, c.window)
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "jobs/s")
			cancel()
			all.Wait()
			weigh(b, s)
		})
	}
}

// pour has b.N jobs done, so many at a time.
func pour(b *testing.B, client *remote.Client, window int) {
	work := remote.Work{Queue: "q", Kind: "nothing", Document: json.RawMessage("{}")}
	asks := make(chan int)
	var all sync.WaitGroup
	for range window {
		all.Go(func() {
			for i := range asks {
				if _, err := client.Do(b.Context(), work, fmt.Append(nil, i)); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for i := range b.N {
		asks <- i
	}
	close(asks)
	all.Wait()
}

// weigh tells what b.N jobs took.
func weigh(b *testing.B, s *server.Server) {
	passed, err := s.Varz(nil)
	if err != nil {
		b.Fatal(err)
	}
	kept, err := s.Jsz(nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(passed.InBytes+passed.OutBytes)/float64(b.N), "network-B/job")
	b.ReportMetric(float64(kept.Store)/float64(b.N), "disk-B/job")
}
