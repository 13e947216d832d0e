package mlflow_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// server answers as the documentation of MLflow's REST interface says, with its limits, and pages of few runs.
type server struct {
	lock        sync.Mutex
	experiments []string // by id
	deleted     bool     // the first of them
	runs        []*stored
	requests    int
	auth        []string // of each request

	fault func(request int, path string) fault
}

// fault is what goes wrong with a request.
type fault int

const (
	none fault = iota
	busy       // nothing is done
	lost       // it is done, and the answer is lost
)

type stored struct {
	ID, Experiment, Name, Status string
	Start, End                   int64
	Tags, Params                 map[string]string
	Metrics                      map[string]map[string]float64 // by key and by time and step
}

// begin starts the server, and returns its address.
func (s *server) begin(t testing.TB) string {
	running := httptest.NewServer(s)
	t.Cleanup(running.Close)
	return running.URL
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.lock.Lock()
	defer s.lock.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/2.0/mlflow/")
	s.requests++
	s.auth = append(s.auth, r.Header.Get("Authorization"))
	what := none
	if s.fault != nil {
		what = s.fault(s.requests, path)
	}
	if what == busy {
		http.Error(w, "<html>try again</html>", http.StatusServiceUnavailable)
		return
	}
	var in request
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &in)
	}
	if err != nil || bytes.Contains(body, []byte(":null")) { // which MLflow 3 answers with status 500
		s.refuse(w, "BAD_REQUEST", string(body))
		return
	}
	in.Name = max(in.Name, r.URL.Query().Get("experiment_name"))
	out, code, message := s.answer(path, in)
	switch {
	case what == lost:
		panic(http.ErrAbortHandler)
	case code != "":
		s.refuse(w, code, message)
	default:
		json.NewEncoder(w).Encode(out)
	}
}

func (s *server) refuse(w http.ResponseWriter, code, message string) {
	status := map[string]int{"RESOURCE_DOES_NOT_EXIST": 404}[code]
	w.WriteHeader(max(status, 400))
	json.NewEncoder(w).Encode(map[string]string{"error_code": code, "message": message})
}

type pair struct{ Key, Value string }

type request struct {
	Name        string   `json:"name"`
	Experiments []string `json:"experiment_ids"`
	Experiment  string   `json:"experiment_id"`
	Filter      string   `json:"filter"`
	Page        string   `json:"page_token"`
	RunName     string   `json:"run_name"`
	Start       int64    `json:"start_time"`
	End         int64    `json:"end_time"`
	Run         string   `json:"run_id"`
	Status      string   `json:"status"`
	Tags        []pair   `json:"tags"`
	Params      []pair   `json:"params"`
	Metrics     []struct {
		Key       string  `json:"key"`
		Value     float64 `json:"value"`
		Timestamp int64   `json:"timestamp"`
		Step      int64   `json:"step"`
	} `json:"metrics"`
}

type object = map[string]any

func (s *server) answer(path string, in request) (out object, code, message string) {
	switch path {
	case "experiments/get-by-name":
		i := slices.Index(s.experiments, in.Name)
		if i < 0 {
			return nil, "RESOURCE_DOES_NOT_EXIST", "no such experiment"
		}
		stage := "active"
		if s.deleted {
			stage = "deleted"
		}
		return object{"experiment": object{"experiment_id": strconv.Itoa(i), "lifecycle_stage": stage}}, "", ""
	case "experiments/create":
		if slices.Contains(s.experiments, in.Name) {
			return nil, "RESOURCE_ALREADY_EXISTS", "there is one"
		}
		s.experiments = append(s.experiments, in.Name)
		return object{"experiment_id": strconv.Itoa(len(s.experiments) - 1)}, "", ""
	case "runs/search":
		return s.search(in), "", ""
	case "runs/create":
		return s.create(in), "", ""
	}
	i := slices.IndexFunc(s.runs, func(r *stored) bool { return r.ID == in.Run })
	switch {
	case i < 0:
		return nil, "RESOURCE_DOES_NOT_EXIST", "no such run"
	case path == "runs/update":
		s.runs[i].Status, s.runs[i].End = in.Status, in.End
		return object{}, "", ""
	case path == "runs/log-batch":
		message = s.runs[i].log(in)
		if message != "" {
			code = "INVALID_PARAMETER_VALUE"
		}
		return object{}, code, message
	}
	return nil, "ENDPOINT_NOT_FOUND", path
}

var filters = regexp.MustCompile("tags\\.`([^`]+)` = '([^']*)'")

func (s *server) search(in request) object {
	const page = 3
	var found []object
	for _, r := range s.runs {
		fits := slices.Contains(in.Experiments, r.Experiment)
		for _, f := range filters.FindAllStringSubmatch(in.Filter, -1) {
			fits = fits && r.Tags[f[1]] == f[2]
		}
		if !fits {
			continue
		}
		var tags, metrics []object
		for k, v := range r.Tags {
			tags = append(tags, object{"key": k, "value": v})
		}
		for k, values := range r.Metrics {
			for _, v := range values {
				metrics = append(metrics, object{"key": k, "value": v})
			}
		}
		found = append(found, object{
			"info": object{"run_id": r.ID, "status": r.Status}, "data": object{"tags": tags, "metrics": metrics},
		})
	}
	first, _ := strconv.Atoi(in.Page)
	last := min(first+page, len(found))
	out := object{"runs": found[first:last]}
	if last < len(found) {
		out["next_page_token"] = strconv.Itoa(last)
	}
	return out
}

func (s *server) create(in request) object {
	r := &stored{
		ID: fmt.Sprintf("r%d", len(s.runs)), Experiment: in.Experiment, Name: in.RunName, Status: "RUNNING", Start: in.Start,
		Tags: map[string]string{}, Params: map[string]string{}, Metrics: map[string]map[string]float64{},
	}
	for _, t := range in.Tags {
		r.Tags[t.Key] = t.Value
	}
	s.runs = append(s.runs, r)
	return object{"run": object{"info": object{"run_id": r.ID, "status": r.Status}}}
}

// valid are the names that servers take everywhere.
var valid = regexp.MustCompile(`^[\pL\pN_\-. ]{1,250}$`)

func (r *stored) log(in request) (message string) {
	if len(in.Params) > 100 || len(in.Metrics) > 1000 || len(in.Params)+len(in.Metrics) > 1000 {
		return "too much at once"
	}
	for _, p := range in.Params {
		if old, ok := r.Params[p.Key]; ok && old != p.Value || !valid.MatchString(p.Key) || len(p.Value) > 500 {
			return "parameter " + p.Key
		}
		r.Params[p.Key] = p.Value
	}
	for _, m := range in.Metrics {
		if !valid.MatchString(m.Key) {
			return "metric " + m.Key
		}
		if r.Metrics[m.Key] == nil {
			r.Metrics[m.Key] = map[string]float64{}
		}
		r.Metrics[m.Key][fmt.Sprint(m.Timestamp, m.Step)] = m.Value
	}
	return ""
}
