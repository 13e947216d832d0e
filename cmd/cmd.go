// Package cmd is the command line of nassearch. A program that adds strategies of its own calls [Main] with a
// larger registry.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/nassearch/nassearch/cmd/attack"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/train"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/robustness"
	"github.com/nassearch/nassearch/search"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"go.uber.org/zap"
)

// Exit codes.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitInterrupted = 130 // 128 + SIGINT, as shells count
)

// Main runs the command line of this process with the given strategies and returns its exit code. The first
// interrupt ends a search with what it has found, the second ends the process.
func Main(registry search.Registry) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return Run(ctx, registry, os.Args[1:], os.Stdout, os.Stderr)
}

// Run is Main with everything given.
func Run(ctx context.Context, registry search.Registry, args []string, stdout, stderr io.Writer) int {
	a := &app{registry: registry, methods: robustness.Methods(), args: args, stdout: stdout, stderr: stderr, config: viper.New(), log: zap.NewNop()}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errInterrupted) {
		fmt.Fprintf(stderr, "nassearch: %v\n", err)
	}
	return exitCode(err)
}

// app is one run of the command line.
type app struct {
	registry       search.Registry
	methods        robustness.Catalogue // of attacks
	args           []string
	stdout, stderr io.Writer
	config         *viper.Viper
	log            *zap.Logger
	given          map[string]bool // flags of the command line itself
	fileOptions    []string        // of the strategy, as name=value, from the configuration file
}

// root is the command that searches, and the parent of all others.
func (a *app) root() *cobra.Command {
	root := a.searchCommand()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage.Mark(err) })
	flags := root.PersistentFlags()
	flags.String("config", "", "configuration file (default: nassearch.yaml in this folder, if it is there)")
	flags.String("data", micro.Path, "table of measured results: the one in the program, or a folder or zip of the robustness dataset, a NAS-RobBench-201 .json, a .csv")
	flags.String("dataset", "", "which data set of the table: cifar10, cifar100, ImageNet16-120 (default: the table's only one, or cifar10); with --backend live the images")
	flags.String("meta", "", "meta.json or meta.zip of the robustness dataset, if it is not beside the data")
	flags.StringP("output", "o", "table", "what to print: table, json or csv")
	flags.String("log-level", "info", "least severe messages that are logged: debug, info, warn, error")
	flags.String("log-format", "console", "form of log messages: console or json")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error { return a.configure(cmd) }
	root.AddCommand(a.queryCommand(), a.tableCommand(), a.strategiesCommand(), a.objectivesCommand(),
		train.Command(a.logger), train.DatasetCommand(a.logger), attack.Command(a.logger, a.methods), a.versionCommand())
	root.AddCommand(a.compareCommand(), a.reportCommand(), a.exportCommand())
	must(root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputs, cobra.ShellCompDirectiveNoFileComp)))
	must(root.RegisterFlagCompletionFunc("dataset", cobra.FixedCompletions(datasetNames(), cobra.ShellCompDirectiveNoFileComp)))
	return root
}

// logger is that of the command that runs.
func (a *app) logger() *zap.Logger { return a.log }

// must is for mistakes in the declaration of commands.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
