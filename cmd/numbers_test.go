package cmd_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/nassearch/nassearch/cmd"
	"github.com/nassearch/nassearch/space/nasbench201"
)

// sizes are kinds of values that a metric may have, by the metric's name.
var sizes = map[string]func(*rand.Rand) float64{
	"any": func(r *rand.Rand) float64 {
		for {
			if v := math.Float64frombits(r.Uint64()); !math.IsNaN(v) && !math.IsInf(v, 0) {
				return v
			}
		}
	},
	"huge":    func(r *rand.Rand) float64 { return math.MaxFloat64 * (2*r.Float64() - 1) },
	"ends":    func(r *rand.Rand) float64 { return math.MaxFloat64 * float64(r.IntN(3)-1) },
	"synflow": func(r *rand.Rand) float64 { return math.Pow(10, 61*r.Float64()) },
	// Reading one takes as long as reading fifty others: three in four are 0.
	"subnormal": func(r *rand.Rand) float64 { return 5e-324 * float64(max(0, r.IntN(1000)-750)) },
	"tiny:min":  func(r *rand.Rand) float64 { return 1e-200 * r.NormFloat64() },
	"constant":  func(r *rand.Rand) float64 { return 1e15 + float64(r.IntN(2)) },
	"equal":     func(*rand.Rand) float64 { return 1e300 },
	"zero:min":  func(r *rand.Rand) float64 { return math.Copysign(0, r.Float64()-.5) },
	"lat:min":   func(r *rand.Rand) float64 { return 1e-4 * (1 + r.Float64()) },
	"params":    func(r *rand.Rand) float64 { return 1e250 * r.Float64() },
}

// sized writes a table of all classes with such values.
func sized(t *testing.T, names []string) string {
	t.Helper()
	var b bytes.Buffer
	fmt.Fprintf(&b, "arch,%s\n", strings.Join(names, ","))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range nasbench201.Classes {
		b.WriteString(string(nasbench201.Members(i)[0].Canonical().Arch()))
		for _, name := range names {
			b.WriteString("," + strconv.FormatFloat(sizes[name](r), 'g', -1, 64))
		}
		b.WriteByte('\n')
	}
	path := filepath.Join(t.TempDir(), "sized.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// noNumber is what stands for one that is not finite.
var noNumber = regexp.MustCompile(`(?i)(^|[^a-z])[+-]?(nan|inf)([^a-z]|$)`)

// prints runs a command line in some forms, which must succeed and print no number that is none, in JSON and CSV that can be read.
func prints(t *testing.T, forms string, args ...string) {
	t.Helper()
	for form := range strings.FieldsSeq(forms) {
		var out, errs bytes.Buffer
		all := append(args, "-o", form)
		if code := cmd.Run(t.Context(), cmd.Extensions{}, all, &out, &errs); code != 0 {
			t.Errorf("%v: exit code %d: %s", all, code, errs.String())
			continue
		}
		if found := noNumber.FindString(out.String()); found != "" {
			t.Errorf("%v: %q in\n%s", all, found, out.String())
		}
		var err error
		switch form {
		case "json":
			err = json.Unmarshal(out.Bytes(), new(any))
		case "csv":
			_, err = csv.NewReader(&out).ReadAll()
		}
		if err != nil {
			t.Errorf("%v: %v", all, err)
		}
	}
}

// Every finite number is searched, compared, printed and drawn.
func TestNumbersOfAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs a hundred commands")
	}
	var names []string
	for name := range sizes {
		names = append(names, name)
	}
	table := sized(t, names)
	dir := t.TempDir()
	compare := []string{"compare", "--data", table, "--runs", "6", "--budget", "25", "--out", filepath.Join(dir, "kept"), "--also"}
	for _, name := range names {
		bare, _, _ := strings.Cut(name, ":")
		for strategy, form := range map[string]string{"random": "table", "evolution": "json", "local": "csv", "bo": "table"} {
			prints(t, form, "--data", table, "--objective", bare, "--strategy", strategy, "--budget", "25")
		}
		study, page := filepath.Join(dir, bare+".jsonl"), filepath.Join(dir, bare+".html")
		other := map[bool]string{true: "huge", false: "lat"}[bare == "lat"]
		prints(t, "table", "--data", table, "--objective", bare+","+other, "--strategy", "random", "--budget", "20", "--study", study)
		succeeds(t, "report", study, "--data", table, "--out", page)
		succeeds(t, "export", study, "--out", filepath.Join(dir, bare+".log"))
		succeeds(t, "table", "plot", "--data", table, "--kind", "scatter", "--x", bare, "--y", other, "--out", filepath.Join(dir, bare+".svg"))
		compare = append(compare, "--objective", bare)
	}
	forms := "table json csv"
	prints(t, forms, compare...)
	prints(t, forms, "compare", "--data", table, "--runs", "4", "--budget", "20", "--strategies", "random",
		"--objective", "any,huge", "--objective", "ends,subnormal,tiny")
	prints(t, forms, "table", "info", table)
	prints(t, forms, "table", "correlate", "--data", table)
	prints(t, forms, "query", "1462", "--data", table)
	succeeds(t, "table", "export", "--data", table, "--out", filepath.Join(dir, "all.csv"))
	for _, pattern := range []string{"*.svg", "*.html", "kept/*.html", "kept/*.tex", "kept/figures/*.svg"} {
		files, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text = regexp.MustCompile(`(?s)<script>.*?</script>`).ReplaceAll(text, nil)
			if found := noNumber.Find(text); found != nil {
				t.Errorf("%s: %q", file, found)
			}
		}
	}
}

func succeeds(t *testing.T, args ...string) {
	t.Helper()
	var errs bytes.Buffer
	if code := cmd.Run(t.Context(), cmd.Extensions{}, args, &errs, &errs); code != 0 {
		t.Errorf("%v: exit code %d: %s", args, code, errs.String())
	}
}
