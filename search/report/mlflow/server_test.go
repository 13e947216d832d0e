package mlflow_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/sharedtest"
	"github.com/nassearch/nassearch/search/report/mlflow"
)

// serve is MLflow's own server, in one process.
const serve = `
import sys
from mlflow.server import app
from mlflow.server.handlers import initialize_backend_stores
initialize_backend_stores("sqlite:///" + sys.argv[1] + "/runs.db", default_artifact_root=sys.argv[1] + "/artifacts")
app.run(port=int(sys.argv[2]))
`

// look checks what MLflow's own client finds.
const look = `
import sys, mlflow
client = mlflow.MlflowClient("http://127.0.0.1:" + sys.argv[1])
runs = client.search_runs([client.get_experiment_by_name("an experiment").experiment_id], order_by=["attributes.start_time asc"])
assert [r.info.run_name for r in runs] == [f"trial {2 * i}" for i in range(11)], runs
assert [r.info.status for r in runs] == ["FAILED" if i % 4 == 3 else "FINISHED" for i in range(11)], runs
first = runs[0]
assert first.data.params["edge 3 from 1"] == "nor_conv_3x3" and first.data.tags["nassearch.seed"] == str(2**63 + 1), first
assert first.data.metrics["pgd_acc.8_255"] == 0 and first.data.metrics["params"] == 1e300 and first.data.metrics["_é__x_"] == -.25, first
for r in runs:
    for key in r.data.metrics:
        assert len(client.get_metric_history(r.info.run_id, key)) == 1, (r, key)
print("found")
`

func TestRealServer(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes MLflow half a minute to begin")
	}
	python, dir, port := sharedtest.Python(t, "mlflow.server"), t.TempDir(), free(t)
	var said bytes.Buffer
	server := exec.CommandContext(t.Context(), python, "-c", serve, filepath.ToSlash(dir), port)
	server.Stdout, server.Stderr = &said, &said
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill() // it may have ended
		server.Wait()
		if t.Failed() {
			t.Logf("the server said %s", said.Bytes())
		}
	})
	uri := "http://127.0.0.1:" + port
	wait(t, uri+"/health")
	for _, until := range []int64{2, 9, 16, 1000} { // requests until it is interrupted, and at last not
		ctx, cancel := context.WithCancel(t.Context())
		c := client(uri)
		c.HTTP = &http.Client{Transport: limited{until, cancel, new(atomic.Int64)}, Timeout: time.Minute}
		_, err := mlflow.Export(ctx, c, "an experiment", study(11), names(t), nil)
		cancel()
		if (err == nil) != (until == 1000) {
			t.Fatalf("after %d requests: %v", until, err)
		}
	}
	counts, err := mlflow.Export(t.Context(), client(uri), "an experiment", study(11), names(t), nil)
	if err != nil || counts != (mlflow.Counts{There: 11}) {
		t.Fatalf("again: %+v, %v", counts, err)
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", look, port).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "found") {
		t.Fatalf("%v\n%s", err, out)
	}
}

// free returns a port that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// wait waits until a server answers.
func wait(t *testing.T, uri string) {
	t.Helper()
	for range 600 {
		if r, err := http.Get(uri); err == nil {
			r.Body.Close()
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	t.Fatal("no server within two minutes")
}
