// Package mlflow writes a study to an MLflow tracking server (https://mlflow.org) by its REST interface, one run a
// trial. What is there already is not written again.
package mlflow

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/nassearch/nassearch/internal/plain"
)

// Client talks to a tracking server.
type Client struct {
	URI                string // of the server: "http://localhost:5000"
	Username, Password string // both or neither
	Token              string // in their place
	HTTP               *http.Client
	Wait               time.Duration // before a request that failed for a moment is sent again, doubled each time
}

// Error is what a server answers in place of a result.
type Error struct {
	Status  int    // of HTTP
	Code    string // of MLflow, such as RESOURCE_DOES_NOT_EXIST; empty if the answer was none of MLflow's
	Message string
}

func (e *Error) Error() string {
	if e.Code == "" {
		return fmt.Sprintf("status %d %s: %s", e.Status, http.StatusText(e.Status), e.Message)
	}
	return e.Code + ": " + e.Message
}

// Codes of errors (mlflow/protos/databricks.proto).
const (
	exists  = "RESOURCE_ALREADY_EXISTS"
	missing = "RESOURCE_DOES_NOT_EXIST"
)

// is says whether an error is a server's with a code.
func is(err error, code string) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == code
}

const (
	attempts  = 5
	mostBytes = 64 << 20 // of an answer
)

// passingError is one that may be none a moment later: the server cannot be reached, or is busy.
type passingError struct{ error }

func (e passingError) Unwrap() error { return e.error }

func passes(err error) bool {
	_, ok := errors.AsType[passingError](err)
	return ok
}

// call sends a request, and again after errors that may pass: it may come twice. The answer is read into a value, which
// may be nil.
func (c Client) call(ctx context.Context, method, path string, request, answer any) error {
	return c.persist(ctx, func() error { return c.once(ctx, method, path, request, answer) })
}

// persist tries something until it succeeds, or fails for good or too often.
func (c Client) persist(ctx context.Context, try func() error) error {
	wait := c.Wait
	for attempt := 1; ; attempt++ {
		err := try()
		if !passes(err) || attempt == attempts {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(wait):
			wait *= 2
		}
	}
}

// once sends a request.
func (c Client) once(ctx context.Context, method, path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	lasting, cancel := outlast(ctx)
	defer cancel()
	again, err := c.send(lasting, method, path, body, answer)
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	what, _, _ := strings.Cut(path, "?")
	err = fmt.Errorf("mlflow %s: %s: %w", c.where(), what, err)
	if again {
		return passingError{err}
	}
	return err
}

// where is the server's address without what is secret.
func (c Client) where() string {
	u, err := url.Parse(c.URI)
	if err != nil {
		return "server"
	}
	return u.Redacted()
}

// send sends a request once, and says of an error whether it may pass.
func (c Client) send(ctx context.Context, method, path string, body []byte, answer any) (again bool, err error) {
	to := strings.TrimRight(c.URI, "/") + "/api/2.0/mlflow/" + path
	request, err := http.NewRequestWithContext(ctx, method, to, bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	request.Header.Set("Content-Type", "application/json")
	switch {
	case c.Username != "" && c.Password != "":
		request.SetBasicAuth(c.Username, c.Password)
	case c.Token != "":
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		if inner, ok := errors.AsType[*url.Error](err); ok {
			err = inner.Err
		}
		return true, err
	}
	defer response.Body.Close()
	b, err := io.ReadAll(io.LimitReader(response.Body, mostBytes))
	if err != nil {
		return true, err
	}
	if response.StatusCode != http.StatusOK {
		busy := response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests
		return busy, refusal(response.StatusCode, b)
	}
	if answer == nil {
		return false, nil
	}
	if err := json.Unmarshal(b, answer); err != nil {
		return false, fmt.Errorf("no answer of an MLflow server: %w", err)
	}
	return false, nil
}

// grace is how long a request under way may take when its context ends.
const grace = 5 * time.Second

// outlast returns a context that ends a while after another: a request that is under way comes to its end, and a server
// does not do, behind the back of whoever begins again, what was asked before.
func outlast(ctx context.Context) (context.Context, context.CancelFunc) {
	lasting, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return lasting, func() {
		stop()
		cancel()
	}
}

// refusal reads what is wrong.
func refusal(status int, body []byte) error {
	var said struct {
		Code    string `json:"error_code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(body, &said); err != nil || said.Code == "" {
		const most = 200
		text := strings.Join(strings.Fields(string(body)), " ")
		return &Error{Status: status, Message: plain.Text(text[:min(most, len(text))])}
	}
	return &Error{status, plain.Text(said.Code), plain.Text(cmp.Or(said.Message, "no message"))}
}
