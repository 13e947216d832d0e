package completion

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/nassearch/nassearch/cmd/backend"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/objective/table/micro"
	"github.com/nassearch/nassearch/search"
	"github.com/nassearch/nassearch/trainer/kernel"
	"go.uber.org/zap"
)

// flags are what completes those of a name, which mean the same with every command.
var flags = map[string]values{
	"objective": {list: metrics, many: true}, "metrics": {list: columns, many: true}, "by": {list: columns},
	"metrics-a": {list: columns, many: true}, "metrics-b": {list: columns, many: true},
	"x": {list: columns}, "y": {list: columns}, "where": {list: bounds, many: true},
	"eps": {list: sizes, many: true}, "severity": {list: severities}, "adv-eps": {list: fixed(usualEps...)},
	"strategy": {list: strategies}, "strategies": {list: contenders, many: true}, "option": {list: chosenOptions},
	"attacks": {list: attacks, many: true}, "corruptions": {list: corruptions, many: true},
	"severities":  {list: fixed("1", "2", "3", "4", "5"), many: true},
	"adversarial": {list: fixed(protocol.Trainings()...)},
	"dataset":     {list: datasets}, "dataset-a": {list: datasets}, "dataset-b": {list: datasets},
	"kernel": {list: kernels},
	"preset": {list: fixed(live.Presets()...)}, "val": {list: fixed("none", "train:", "test:")},
	"data": {list: embedded, files: tableFiles},
	"at":   {}, "shard": {}, "memory": {}, "mean": {}, "std": {}, "arch": {}, "pgd-step-size": {}, "step-size": {},
	"certify-radii": {}, "slots": {}, "trial-fidelities": {}, "metric": {},
}

// positions are what completes the arguments of commands, by their paths.
var positions = map[string]values{
	"nassearch table info":      {list: embedded, files: tableFiles},
	"nassearch table export":    {list: embedded, files: tableFiles},
	"nassearch table plot":      {list: embedded, files: tableFiles},
	"nassearch table correlate": {list: embedded, files: tableFiles},
	"nassearch table verify":    {list: embedded, files: tableFiles},
	"nassearch table top":       {list: embedded, files: tableFiles},
	"nassearch table merge":     {list: folders},
	"nassearch dataset info":    {list: images},
	"nassearch dataset reduce":  {list: images},
	"nassearch strategies":      {list: strategies},
	"nassearch check-strategy":  {list: strategies},
	"nassearch report":          {files: []string{"jsonl"}},
	"nassearch export":          {files: []string{"jsonl"}},
	"nassearch export-network":  {files: weightFiles},
	"nassearch leaderboard":     {files: []string{"json"}},
	"nassearch attack":          {files: weightFiles},
	"nassearch measure":         {files: weightFiles},
}

// Endings of files of weights, and of tables in one file.
var weightFiles = []string{"safetensors", "st", "onnx"}
var tableFiles = []string{"csv", "json", "js", "zip"}

// usualEps are offered where nothing says which there are.
var usualEps = []string{"1/255", "2/255", "4/255", "8/255"}

func fixed(names ...string) list { return func(line, string) []string { return names } }

// kernels are those that the processor has.
func kernels(line, string) []string {
	return usage.Names(kernel.Available(), func(k *kernel.Kernel) string { return k.Name })
}

// embedded is the name of the table in the program, for whoever begins to write it.
func embedded(_ line, word string) []string {
	if word == "" {
		return nil
	}
	return []string{micro.Path}
}

// listing is what the chosen backend can be asked for.
func (l line) listing() []backend.Metric {
	if len(l.args) > 0 {
		l.Tables.Data = l.args[0]
	}
	b, err := l.Backends.Chosen(l.Env)
	if err != nil {
		return nil
	}
	ask := backend.Ask{Dataset: l.Tables.Dataset, Given: func(string) bool { return false }, Log: zap.NewNop()}
	all, err := b.Describe(l.cmd.Context(), ask)
	if err != nil {
		return nil
	}
	return all.Metrics
}

// metrics lists those that the chosen backend has, behind @ with their settings.
func metrics(l line, word string) (names []string) {
	_, _, sized := strings.Cut(word, "@")
	for _, m := range l.listing() {
		switch {
		case m.Missing != "":
		case !sized:
			names = append(names, described(m.Name, l.Known.Meaning(m.Name)))
		default:
			for _, s := range m.Settings {
				names = append(names, objective.Metric{Name: m.Name, Setting: s}.Key())
			}
		}
	}
	return names
}

func described(name, about string) string {
	if about == "" {
		return name
	}
	return name + "\t" + about
}

// columns lists the metrics of the table that is named, or measures where these are taken.
func columns(l line, word string) (names []string) {
	if l.cmd.Name() == "measure" {
		for _, m := range l.Known.Measures {
			names = append(names, described(m.Name, m.Meaning))
		}
		return names
	}
	if len(l.args) > 0 {
		l.Tables.Data = l.args[0]
	}
	t, err := l.Tables.Open()
	if err != nil {
		return nil
	}
	_, _, sized := strings.Cut(word, "@")
	for _, m := range t.Available() {
		if !sized {
			names = append(names, m.Metric.Name)
			continue
		}
		for _, s := range m.Settings {
			if !s.IsZero() {
				names = append(names, objective.Metric{Name: m.Metric.Name, Setting: s}.Key())
			}
		}
	}
	return names
}

// bounds lists what may be bounded before anything is measured, from the side that is usual.
func bounds(l line, word string) (names []string) {
	if f := l.cmd.Flags().Lookup("backend"); f != nil && f.Value.String() != "table" {
		return []string{"params<=", "flops<="}
	}
	for _, name := range columns(l, word) {
		from := ">="
		if m, err := objective.ParseMetric(name); err == nil && m.Goal == objective.Minimize {
			from = "<="
		}
		names = append(names, name+from)
	}
	return names
}

// sizes lists the eps that the metrics asked for have, or else all.
func sizes(l line, _ string) (names []string) {
	if f := l.cmd.Flags().Lookup("backend"); f == nil || f.Value.String() != "table" {
		return usualEps // networks can be attacked at any
	}
	asked := ""
	if f := l.cmd.Flags().Lookup("objective"); f != nil {
		asked = strings.Trim(f.Value.String(), "[]")
	}
	var of, all []string
	for _, m := range l.listing() {
		for _, s := range m.Settings {
			if s != objective.At(s.Eps) || s.Eps == 0 {
				continue
			}
			all = once(all, s.String())
			if strings.Contains(","+asked+",", ","+m.Name+",") {
				of = once(of, s.String())
			}
		}
	}
	if len(of) > 0 {
		return of
	}
	return all
}

// severities lists those that the table has.
func severities(l line, _ string) (names []string) {
	for _, m := range l.listing() {
		for _, s := range m.Settings {
			if s.Severity > 0 {
				names = once(names, strconv.Itoa(s.Severity))
			}
		}
	}
	return names
}

func once(list []string, text string) []string {
	if slices.Contains(list, text) {
		return list
	}
	return append(list, text)
}

func strategies(l line, _ string) []string { return l.Strategies.Names() }

// contenders lists strategies and, behind the name of one and a colon, its options: "small=evolution:population=".
func contenders(l line, word string) (names []string) {
	i := strings.LastIndexByte(word, ':')
	if i < 0 {
		label, _, labelled := strings.Cut(word, "=")
		for _, name := range strategies(l, word) {
			if labelled {
				name = label + "=" + name
			}
			names = append(names, name)
		}
		return names
	}
	name, _, _ := strings.Cut(word, ":")
	if _, algorithm, labelled := strings.Cut(name, "="); labelled {
		name = algorithm
	}
	for _, o := range options(l.Strategies[name], word[i+1:]) {
		names = append(names, word[:i+1]+o)
	}
	return names
}

// chosenOptions lists the options of the strategy that is chosen.
func chosenOptions(l line, word string) []string {
	name := ""
	if f := l.cmd.Flags().Lookup("strategy"); f != nil {
		name = f.Value.String()
	} else if len(l.args) > 0 {
		name = l.args[0]
	}
	return options(l.Strategies[name], word)
}

// options lists those of a strategy and, behind the name of one, its values.
func options(e search.Entry, word string) (all []string) {
	named, _, valued := strings.Cut(word, "=")
	for _, o := range e.Options {
		switch {
		case !valued:
			all = append(all, described(o.Name+"=", o.Meaning))
		case o.Name != named:
		case len(o.Choices) > 0:
			for _, choice := range o.Choices {
				all = append(all, o.Name+"="+choice)
			}
		default:
			all = append(all, o.Name+"="+o.Default)
		}
	}
	return all
}

// attacks lists them as the command names them: tables by their metrics.
func attacks(l line, _ string) []string {
	if l.cmd.Name() == "build" {
		return l.Known.Attacks.Metrics()
	}
	return l.Known.Attacks.Names()
}

// corruptions lists them, and what stands for all.
func corruptions(l line, _ string) []string {
	return append([]string{protocol.AllCorruptions}, l.Known.Corruptions.Names()...)
}

// datasets lists those of the chosen table, or images where networks are trained.
func datasets(l line, word string) []string {
	if f := l.cmd.Flags().Lookup("backend"); f != nil && f.Value.String() != "table" {
		return images(l, word)
	}
	if l.cmd.Flags().Lookup("dataset") != l.cmd.Root().PersistentFlags().Lookup("dataset") && l.cmd.Name() != "correlate" {
		return images(l, word) // a flag of the command's own
	}
	path := l.Tables.Data
	if len(l.args) > 0 {
		path = l.args[0]
	}
	_, err := l.Tables.OpenAt(path, "?")
	if none, ok := errors.AsType[*table.DatasetError](err); ok {
		return none.Has
	}
	return nil
}
