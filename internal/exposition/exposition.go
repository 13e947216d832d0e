// Package exposition tells numbers to Prometheus, in its text format
// (https://prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4).
package exposition

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Kind is how a number behaves.
type Kind string

// A counter only grows; a gauge goes up and down.
const (
	Counter Kind = "counter"
	Gauge   Kind = "gauge"
)

// Family is what is told under a name.
type Family struct {
	Name    string // of letters, digits and _
	Help    string
	Kind    Kind
	Samples []Sample
}

// Sample is a number.
type Sample struct {
	Labels []Label
	Value  float64
}

// Label tells samples of a family apart.
type Label struct{ Name, Value string }

// One returns a family of one number.
func One(name, help string, kind Kind, value float64) Family {
	return Family{name, help, kind, []Sample{{nil, value}}}
}

var (
	inHelp  = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	inLabel = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)
)

// Write writes families, without those that have no samples.
func Write(w io.Writer, families []Family) error {
	b := bufio.NewWriter(w)
	for _, f := range families {
		if len(f.Samples) == 0 {
			continue
		}
		fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n", f.Name, inHelp.Replace(f.Help), f.Name, f.Kind)
		for _, s := range f.Samples {
			fmt.Fprintf(b, "%s%s %s\n", f.Name, labels(s.Labels), strconv.FormatFloat(s.Value, 'g', -1, 64))
		}
	}
	return b.Flush()
}

func labels(all []Label) string {
	if len(all) == 0 {
		return ""
	}
	var parts []string
	for _, l := range all {
		parts = append(parts, fmt.Sprintf(`%s="%s"`, l.Name, inLabel.Replace(l.Value)))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Server answers those who ask for the numbers at /metrics.
type Server struct {
	listener net.Listener
	http     http.Server
}

// How long a question may take to be asked, and to be answered.
const (
	asking    = 10 * time.Second
	answering = 30 * time.Second
)

// Listen begins to answer at an address, HOST:PORT, with what a function returns.
func Listen(address string, collect func(context.Context) []Family) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		_ = Write(w, collect(r.Context())) // who does not listen any more need not be told
	})
	s := &Server{listener: l, http: http.Server{Handler: mux, ReadTimeout: asking, WriteTimeout: answering}}
	go func() { _ = s.http.Serve(l) }() // until Close
	return s, nil
}

// Address is where the server listens.
func (s *Server) Address() string { return s.listener.Addr().String() }

// Close ends it.
func (s *Server) Close() error {
	err := s.http.Close()
	if errors.Is(err, net.ErrClosed) {
		err = nil
	}
	return err
}
