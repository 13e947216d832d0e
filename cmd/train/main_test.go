package train

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/signal"
	"testing"
	"time"

	"github.com/nassearch/nassearch/cmd/dataset"
	"github.com/nassearch/nassearch/cmd/internal/env"
	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/objective"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
)

// TestMain lets the test binary serve as the program in scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"nassearch": serve})
}

func serve() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	log, err := zap.NewDevelopment()
	if err != nil {
		panic(err)
	}
	e := env.New(os.Args[1:], os.Stdout, os.Stderr)
	e.Log = log
	p := &program.Program{Env: e, Out: output.New(e.Stdout), Known: objective.Usual()}
	root := &cobra.Command{Use: "nassearch", SilenceUsage: true, SilenceErrors: true}
	root.PersistentPreRunE = func(cmd *cobra.Command, args []string) error {
		return cmp.Or(p.Out.Check(cmd), files.Check(cmd, args))
	}
	p.Out.Register(root)
	root.AddCommand(Command(p), dataset.Command(p))
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "nassearch:", err)
		os.Exit(1)
	}
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: map[string]func(*testscript.TestScript, bool, []string){"appears": appears}})
}

// appears FILE waits until a program in the background has made a file.
func appears(ts *testscript.TestScript, _ bool, args []string) {
	for range 6000 {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("no %s in a minute", args[0])
}
