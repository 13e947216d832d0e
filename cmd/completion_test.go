package cmd_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"pgregory.net/rapid"
)

// complete returns what may stand for the last word of a command line, without descriptions, and the directive.
func complete(t testing.TB, words ...string) (names []string, directive string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cmd.Run(t.Context(), cmd.Extensions{}, append([]string{"__complete"}, words...), &out, &errs); code != 0 {
		t.Fatalf("%q: exit code %d: %s", words, code, errs.String())
	}
	if strings.Contains(errs.String(), "nassearch: ") || strings.Contains(errs.String(), "warn") {
		t.Errorf("%q: %s", words, errs.String())
	}
	for line := range strings.Lines(out.String()) {
		name, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		names = append(names, name)
	}
	last := len(names) - 1
	return names[:last], names[last]
}

const (
	noFiles, goesOn, byEnding, shell = ":4", ":6", ":8", ":0"
)

func TestCompletion(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("table.csv", madeUp(), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"pictures", "parts"} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		words string // the last one begins behind the last space
		want  string
		how   string
	}{
		{"--data table.csv --objective ", "clean_acc pgd_acc params flops", noFiles},
		{"search --data table.csv --objective pg", "pgd_acc", noFiles},
		{"--data table.csv --objective pgd_acc,p", "pgd_acc,params", noFiles},
		{"--data table.csv --objective pgd_acc@", "pgd_acc@1/255 pgd_acc@8/255", noFiles},
		{"--data table.csv --objective params,pgd_acc@8", "params,pgd_acc@8/255", noFiles},
		{"--data table.csv --eps ", "1/255 8/255", noFiles},
		{"--data table.csv --where ", "clean_acc>= pgd_acc>= params<= flops<=", goesOn},
		{"--data table.csv --where params<=1M,pgd_acc@1", "params<=1M,pgd_acc@1/255>=", goesOn},
		{"--backend live --where p", "params<=", goesOn},
		{"table top --data table.csv --where cl", "clean_acc>=", goesOn},
		{"--data none.csv --objective ", "", noFiles},
		{"--data none.csv --eps ", "", noFiles},
		{"--data none.csv --dataset ", "", noFiles},
		{"--data none.csv --severity ", "", noFiles},
		{"--backend live --objective a", "apgd_acc aa_acc", noFiles},
		{"--backend live --dataset f", "fashion-mnist-8x8 folder:", goesOn},
		{"--backend live --eps ", "1/255 2/255 4/255 8/255", noFiles},
		{"--backend none --objective ", "", noFiles},
		{"--dataset ", "fashion-mnist-8x8 fashion-mnist-8x8-seed1 fashion-mnist-8x8-seed2", noFiles},
		{"--strategy ev", "evolution", noFiles},
		{"--strategy=ev", "evolution", noFiles},
		{"--option ", "population= tournament= rate=", goesOn},
		{"--strategy local --option ", "improvement=", goesOn},
		{"--strategy local --option improvement=", "improvement=first improvement=best", noFiles},
		{"--option population=", "population=30", noFiles},
		{"--strategy none --option ", "", noFiles},
		{"compare --strategies random,ev", "random,evolution", noFiles},
		{"compare --strategies random,evolution,ra", "", noFiles},
		{"compare --strategies random,small=ev", "random,small=evolution", noFiles},
		{"compare --strategies random,small=evolution:population=3:t", "random,small=evolution:population=3:tournament=", goesOn},
		{"compare --strategies local:improvement=b", "local:improvement=best", noFiles},
		{"compare --data table.csv --objective pgd_acc --objective cl", "clean_acc", noFiles},
		{"attack --attacks fgsm,p", "fgsm,pgd", noFiles},
		{"attack --eps 1/255,8", "1/255,8/255", noFiles},
		{"table build --attacks ap", "apgd", noFiles},
		{"train --dataset folder:", "folder:parts/ folder:pictures/", goesOn},
		{"train --dataset cifar10:t", "cifar10:table.csv", noFiles},
		{"train --dataset cifar10:a,t", "cifar10:a,table.csv", noFiles},
		{"train --preset ", "micro cifar10-small nasbench201", noFiles},
		{"train --adversarial ", "none pgd fast", noFiles},
		{"train ", "", noFiles},
		{"train --save ", "safetensors st", byEnding},
		{"table info ", "csv json js zip", byEnding},
		{"table info e", "embedded", noFiles},
		{"table plot table.csv --metrics pg", "pgd_acc", noFiles},
		{"table plot --out ", "svg png pdf", byEnding},
		{"table correlate --data table.csv --metrics clean_acc,pgd_acc@", "clean_acc,pgd_acc@1/255 clean_acc,pgd_acc@8/255", noFiles},
		{"table merge p", "parts/ pictures/", goesOn},
		{"dataset info folder:pic", "folder:pictures/", goesOn},
		{"report ", "jsonl", byEnding},
		{"export ", "jsonl", byEnding},
		{"attack ", "safetensors st onnx", byEnding},
		{"query ", "", noFiles},
		{"strategies ra", "random", noFiles},
		{"--study ", "jsonl", byEnding},
		{"--config ", "yaml yml", byEnding},
		{"--output ", "table json csv", noFiles},
		{"--budget ", "", noFiles},
		{"--log-level w", "warn", noFiles},
		{"table in", "info", noFiles},
		{"help table in", "info", noFiles},
		{"help conf", "configuration", noFiles},
		{"--zzz --objective ", "", shell},
	} {
		names, how := complete(t, strings.Split(c.words, " ")...)
		if got := strings.Join(names, " "); got != c.want || how != c.how {
			t.Errorf("%s: %s %s, want %s %s", c.words, got, how, c.want, c.how)
		}
	}
}

// The table may be chosen by the environment or a configuration, which may also be wrong.
func TestCompletionKnowsTheSettings(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("table.csv", madeUp(), 0o644); err != nil {
		t.Fatal(err)
	}
	want := []string{"clean_acc", "pgd_acc", "params", "flops"}
	t.Setenv("NASSEARCH_DATA", "table.csv")
	if names, _ := complete(t, "--objective", ""); !slices.Equal(names, want) {
		t.Errorf("environment: %v", names)
	}
	t.Setenv("NASSEARCH_DATA", "")
	for file, want := range map[string][]string{"data: table.csv\nstrategy: local": {"improvement="}, "data: [": {"population=", "tournament=", "rate="}} {
		if err := os.WriteFile("nassearch.yaml", []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
		if names, _ := complete(t, "--option", ""); !slices.Equal(names, want) {
			t.Errorf("%q: %v, want %v", file, names, want)
		}
	}
}

// Whatever has been written, completion ends well and says nothing of it.
func TestCompletionNeverFails(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("broken.csv", []byte("arch,x\nno\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(".", "dir"), 0o755); err != nil {
		t.Fatal(err)
	}
	words := []string{
		"", "--", "-", "-o", "--objective", "--data", "broken.csv", "dir", "none", "--eps", "--strategies", ":", "=", ",", "a=b:c", "a:b=",
		"--option", "x=", "--dataset", "idx:", "cifar10:,", "compare", "search", "table", "info", "correlate", "train", "attack", "--attacks",
		"dataset", "reduce", "strategies", "--strategy", "evolution", "--metrics", "@", "pgd_acc@", "help", "--backend", "live", "--severity",
		"report", "completion", "--config", "\x00", "精度", "--seed", "010", "..", "/", "merge",
	}
	rapid.Check(t, func(r *rapid.T) {
		complete(t, rapid.SliceOfN(rapid.SampledFrom(words), 1, 6).Draw(r, "words")...)
	})
}
