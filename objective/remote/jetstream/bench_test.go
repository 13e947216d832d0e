package jetstream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/jetstream"
	"github.com/nats-io/nats-server/v2/server"
)

// BenchmarkJobs is of jobs of no cost through a server that syncs all it acknowledges.
//
//	go test ./objective/remote/jetstream -run '^$' -bench Jobs -benchtime 5000x
func BenchmarkJobs(b *testing.B) {
	for _, slots := range []int{1, 16} {
		b.Run(fmt.Sprintf("slots=%d", slots), func(b *testing.B) {
			o := jetstream.Options{URL: start(b, server.Options{}).ClientURL()}
			ctx, cancel := context.WithCancel(b.Context())
			nothing := func(context.Context, json.RawMessage) (remote.Doer, error) {
				return func(_ context.Context, ask json.RawMessage) (json.RawMessage, error) { return ask, nil }, nil
			}
			w := &remote.Worker{
				Transport: open(b, o), Queue: "q", Kinds: map[string]remote.Opener{"nothing": nothing}, Slots: slots, Name: "w",
			}
			var all sync.WaitGroup
			all.Go(func() {
				if err := w.Run(ctx); err != nil {
					b.Error(err)
				}
			})
			client := &remote.Client{Transport: open(b, o)}
			work := remote.Work{Queue: "q", Kind: "nothing", Document: json.RawMessage("{}")}
			asks := make(chan int)
			var window sync.WaitGroup
			b.ResetTimer()
			began := time.Now()
			for range 64 {
				window.Go(func() {
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
			window.Wait()
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "jobs/s")
			cancel()
			all.Wait()
		})
	}
}
