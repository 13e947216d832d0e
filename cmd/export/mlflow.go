package export

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/study"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/search/report/mlflow"
	"github.com/nassearch/nassearch/space"
	"github.com/spf13/cobra"
)

// toMLflow is the format that goes to a server.
const toMLflow = "mlflow"

const aboutMLflow = `
runs on an MLflow tracking server, one a trial, in an experiment that is made if it is not there. Runs that are
there already stay as they are, so that the command may be repeated, after an interruption or when the study has
grown. --tracking-uri or MLFLOW_TRACKING_URI names the server, --experiment or MLFLOW_EXPERIMENT_NAME the
experiment. Who needs a password gives it as to MLflow's own clients, by MLFLOW_TRACKING_USERNAME and
MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN; MLFLOW_TRACKING_SERVER_CERT_PATH,
MLFLOW_TRACKING_CLIENT_CERT_PATH and MLFLOW_TRACKING_INSECURE_TLS count, too.`

// server is where runs go.
type server struct{ uri, experiment string }

func (s *server) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.uri, "tracking-uri", "",
		"MLflow's server, such as http://localhost:5000 (default: MLFLOW_TRACKING_URI)")
	cmd.Flags().StringVar(&s.experiment, "experiment", "",
		"MLflow's experiment (default: MLFLOW_EXPERIMENT_NAME, or the study's name)")
}

// idle returns a mistake if flags are given that another format does nothing with, or the other way round.
func (s *server) idle(p *program.Program, format string) error {
	if format == toMLflow {
		if p.Given("out") {
			return usage.Mark(errors.New("--out has no meaning with --format mlflow: runs go to a server, see --tracking-uri"))
		}
		return nil
	}
	for _, flag := range []string{"tracking-uri", "experiment"} {
		if p.Given(flag) {
			return usage.Mark(fmt.Errorf("--%s has no meaning with --format %s: it is for mlflow", flag, format))
		}
	}
	return nil
}

// send writes a study's runs, and says how many there were.
func (s *server) send(
	ctx context.Context, p *program.Program, title string, of study.Study, names space.Names,
) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	experiment := s.experiment
	if experiment == "" {
		experiment = os.Getenv("MLFLOW_EXPERIMENT_NAME")
	}
	if experiment == "" {
		experiment = title
	}
	bar := progress.New(p.Stderr)
	bar.Start("run", 0, len(of.Trials))
	counts, err := mlflow.Export(ctx, client, experiment, of.Result, names, func(done int) { bar.Set(done, "") })
	bar.Close()
	if err != nil && counts == (mlflow.Counts{}) {
		return err
	}
	_, unsaid := fmt.Fprintf(p.Out, "%s: %d runs written, %d completed, %d were there\n",
		experiment, counts.Written, counts.Completed, counts.There)
	return errors.Join(err, unsaid)
}

// patience is how long an answer may take, and wait how long the program waits before it asks again.
const (
	patience = 60 * time.Second
	wait     = 500 * time.Millisecond
)

// client returns who talks to the server, as the environment says.
func (s *server) client() (c mlflow.Client, err error) {
	uri := s.uri
	if uri == "" {
		uri = os.Getenv("MLFLOW_TRACKING_URI")
	}
	u, err := url.Parse(uri)
	switch {
	case uri == "":
		return c, usage.Mark(errors.New("no server of MLflow: give --tracking-uri, such as http://localhost:5000, or " +
			"MLFLOW_TRACKING_URI"))
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return c, usage.Mark(errors.New("the tracking URI is none of a server: want http:// or https:// with a host"))
	case u.User != nil && s.uri != "":
		return c, usage.Mark(errors.New("--tracking-uri with a name or password would be seen by all who list processes: " +
			"give them by MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if transport.TLSClientConfig, err = security(); err != nil {
		return c, usage.Mark(err)
	}
	c = mlflow.Client{
		URI: uri, Username: os.Getenv("MLFLOW_TRACKING_USERNAME"), Password: os.Getenv("MLFLOW_TRACKING_PASSWORD"),
		Token: os.Getenv("MLFLOW_TRACKING_TOKEN"), HTTP: &http.Client{Transport: transport, Timeout: patience}, Wait: wait,
	}
	return c, nil
}

// security reads the environment's certificates.
func security() (*tls.Config, error) {
	var config tls.Config
	if text := os.Getenv("MLFLOW_TRACKING_INSECURE_TLS"); text != "" {
		insecure, err := strconv.ParseBool(text)
		if err != nil {
			return nil, fmt.Errorf("MLFLOW_TRACKING_INSECURE_TLS=%q: want true or false", text)
		}
		config.InsecureSkipVerify = insecure // as its user wants it
	}
	if path := os.Getenv("MLFLOW_TRACKING_SERVER_CERT_PATH"); path != "" {
		pem, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("MLFLOW_TRACKING_SERVER_CERT_PATH: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("MLFLOW_TRACKING_SERVER_CERT_PATH: %s has no certificate in PEM", filepath.Base(path))
		}
	}
	if path := os.Getenv("MLFLOW_TRACKING_CLIENT_CERT_PATH"); path != "" {
		pair, err := tls.LoadX509KeyPair(path, path)
		if err != nil {
			return nil, fmt.Errorf("MLFLOW_TRACKING_CLIENT_CERT_PATH: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return &config, nil
}
