package watch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/nassearch/nassearch/search/report/page"
)

// Limits of streams of events.
const (
	mostStreams = 100
	heartbeat   = 15 * time.Second // after which a line shows whether anybody is there
	patience    = 30 * time.Second // with who does not take what is sent
)

// handler serves the page, its script, and the events by which it changes.
func (h *hub) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", h.page)
	mux.HandleFunc("GET /watch.js", script)
	streams := make(chan struct{}, mostStreams)
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		select {
		case streams <- struct{}{}:
			defer func() { <-streams }()
			_ = h.events(w, r) // who has gone needs not be told
		default:
			http.Error(w, fmt.Sprintf("%d pages are open already: close one", mostStreams), http.StatusServiceUnavailable)
		}
	})
	return mux
}

func (h *hub) page(w http.ResponseWriter, _ *http.Request) {
	now, _ := h.now()
	var text bytes.Buffer
	if err := page.Watch(&text, now.all, now.parts, now.same, h.program); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = text.WriteTo(w)
}

func script(w http.ResponseWriter, _ *http.Request) {
	text, err := page.WatchScript()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, _ = w.Write(text)
}

// events sends all parts, and then those that change, until the request ends.
func (h *hub) events(w http.ResponseWriter, r *http.Request) error {
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	if r.Method == http.MethodHead {
		return nil
	}
	send := func(text string) error {
		err := out.SetWriteDeadline(time.Now().Add(patience))
		if err == nil || errors.Is(err, http.ErrNotSupported) {
			_, err = fmt.Fprint(w, text)
		}
		if err == nil {
			err = out.Flush()
		}
		return err
	}
	same, sent := "", map[string]string{}
	for {
		now, changed := h.now()
		if now.same != same { // which has a page loaded again that is of other things
			same = now.same
			if err := send("retry: 1000\nevent: hello\ndata: " + same + "\n\n"); err != nil {
				return err
			}
		}
		if fresh := others(now.parts, sent); len(fresh) > 0 {
			data, err := json.Marshal(fresh)
			if err == nil {
				err = send("data: " + string(data) + "\n\n")
			}
			if err != nil {
				return err
			}
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-changed:
			continue
		case <-time.After(heartbeat):
			if err := send(": still here\n\n"); err != nil {
				return err
			}
		}
	}
}

// others are the parts that are others than those that were sent, among which they are then.
func others(parts []page.Part, sent map[string]string) (fresh []page.Part) {
	for _, p := range parts {
		if text, ok := sent[p.ID]; !ok || text != p.HTML {
			sent[p.ID] = p.HTML
			fresh = append(fresh, p)
		}
	}
	return fresh
}
