package export

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/search/report/mlflow"
	"github.com/nassearch/nassearch/space"
)

// The environment says which certificates count, as it does for MLflow's own clients.
func TestCertificatesAreThoseOfTheEnvironment(t *testing.T) {
	running := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, password, _ := r.BasicAuth(); name != "n" || password != "p" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Write([]byte(`{"experiment":{"experiment_id":"1"}}`))
	}))
	defer running.Close()
	cert := filepath.Join(t.TempDir(), "cert.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: running.Certificate().Raw})
	if err := os.WriteFile(cert, text, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("MLFLOW_TRACKING_URI", running.URL)
	t.Setenv("MLFLOW_TRACKING_USERNAME", "n")
	t.Setenv("MLFLOW_TRACKING_PASSWORD", "p")
	export := func() error {
		c, err := new(server).client()
		if err != nil {
			t.Fatal(err)
		}
		c.Wait = 1
		_, err = mlflow.Export(t.Context(), c, "run", search.Result{}, space.Names{}, nil)
		return err
	}
	if err := export(); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("%v: want an error about the certificate", err)
	}
	t.Setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", cert)
	if err := export(); err != nil {
		t.Error(err)
	}
	t.Setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", "")
	t.Setenv("MLFLOW_TRACKING_INSECURE_TLS", "true")
	if err := export(); err != nil {
		t.Error(err)
	}
	t.Setenv("MLFLOW_TRACKING_PASSWORD", "other")
	if err := export(); err == nil || !strings.Contains(err.Error(), "status 401") {
		t.Errorf("%v: want a refusal", err)
	}
}

func TestMistakesInTheEnvironmentAreNamed(t *testing.T) {
	for variable, value := range map[string]string{
		"MLFLOW_TRACKING_URI": "sqlite:///runs.db", "MLFLOW_TRACKING_INSECURE_TLS": "perhaps",
		"MLFLOW_TRACKING_SERVER_CERT_PATH": "mlflow_test.go", "MLFLOW_TRACKING_CLIENT_CERT_PATH": "missing.pem",
	} {
		t.Run(variable, func(t *testing.T) {
			t.Setenv("MLFLOW_TRACKING_URI", "http://localhost:5000")
			t.Setenv(variable, value)
			_, err := new(server).client()
			if err == nil || !strings.Contains(strings.ToUpper(err.Error()), strings.ReplaceAll(variable, "MLFLOW_TRACKING_URI", "TRACKING URI")) {
				t.Errorf("%v: want an error that names it", err)
			}
		})
	}
}
