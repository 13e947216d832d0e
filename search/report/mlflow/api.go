package mlflow

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// pair is a parameter or a tag.
type pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// metric is a number at a time, in milliseconds since 1970.
type metric struct {
	Key   string  `json:"key"`
	Value float64 `json:"value"`
	Time  int64   `json:"timestamp"`
	Step  int64   `json:"step"`
}

// run is what a server has of one.
type run struct {
	Info struct {
		ID     string `json:"run_id"`
		Status string `json:"status"`
	} `json:"info"`
	Data struct {
		Metrics []metric `json:"metrics"`
		Tags    []pair   `json:"tags"`
	} `json:"data"`
}

// tag returns the value of a tag, empty if it is not there.
func (r run) tag(key string) string {
	for _, t := range r.Data.Tags {
		if t.Key == key {
			return t.Value
		}
	}
	return ""
}

// experiment returns the id of the experiment of a name, which is made if there is none.
func (c Client) experiment(ctx context.Context, name string) (string, error) {
	var found struct {
		Experiment struct {
			ID    string `json:"experiment_id"`
			Stage string `json:"lifecycle_stage"`
		} `json:"experiment"`
	}
	path := "experiments/get-by-name?experiment_name=" + url.QueryEscape(name)
	err := c.call(ctx, http.MethodGet, path, struct{}{}, &found)
	if is(err, missing) {
		var made struct {
			ID string `json:"experiment_id"`
		}
		err = c.call(ctx, http.MethodPost, "experiments/create", map[string]string{"name": name}, &made)
		if err == nil {
			return made.ID, nil
		}
		if is(err, exists) { // somebody else was faster
			err = c.call(ctx, http.MethodGet, path, struct{}{}, &found)
		}
	}
	if err == nil && found.Experiment.Stage == "deleted" {
		err = fmt.Errorf("mlflow %s: experiment %q is deleted: restore it there, or name another", c.where(), name)
	}
	return found.Experiment.ID, err
}

// runs returns those of an experiment that have all of some tags.
func (c Client) runs(ctx context.Context, experiment string, tags ...pair) (all []run, err error) {
	const page = 1000
	var filters []string
	for _, t := range tags {
		filters = append(filters, fmt.Sprintf("tags.`%s` = '%s'", t.Key, t.Value))
	}
	request := map[string]any{
		"experiment_ids": []string{experiment}, "max_results": page, "filter": strings.Join(filters, " and "),
	}
	for {
		var found struct {
			Runs []run  `json:"runs"`
			Next string `json:"next_page_token"`
		}
		if err := c.call(ctx, http.MethodPost, "runs/search", request, &found); err != nil {
			return nil, err
		}
		all = append(all, found.Runs...)
		if found.Next == "" {
			return all, nil
		}
		request["page_token"] = found.Next
	}
}

// create begins a run, and returns its id. It asks once: who asks twice may have two runs.
func (c Client) create(ctx context.Context, experiment, name string, start int64, tags []pair) (string, error) {
	var made struct {
		Run run `json:"run"`
	}
	err := c.once(ctx, http.MethodPost, "runs/create", map[string]any{
		"experiment_id": experiment, "run_name": name, "start_time": start, "tags": tags,
	}, &made)
	return made.Run.Info.ID, err
}

// Limits of a request: of parameters and of metrics.
const (
	mostParams  = 100
	mostMetrics = 900
)

// log adds parameters and metrics to a run, in as few requests as the server takes.
func (c Client) log(ctx context.Context, id string, params []pair, metrics []metric) error {
	for len(params) > 0 || len(metrics) > 0 {
		p, m := min(mostParams, len(params)), min(mostMetrics, len(metrics))
		request := map[string]any{"run_id": id} // without lists of nothing, which would be null
		if p > 0 {
			request["params"] = params[:p]
		}
		if m > 0 {
			request["metrics"] = metrics[:m]
		}
		err := c.call(ctx, http.MethodPost, "runs/log-batch", request, nil)
		if err != nil {
			return err
		}
		params, metrics = params[p:], metrics[m:]
	}
	return nil
}

// end ends a run.
func (c Client) end(ctx context.Context, id, status string, at int64) error {
	return c.call(ctx, http.MethodPost, "runs/update", map[string]any{
		"run_id": id, "status": status, "end_time": at,
	}, nil)
}
