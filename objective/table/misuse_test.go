package table_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/objective/table"
	"github.com/nassearch/nassearch/space"
)

// Each kind of damage is one *FormatError that names file, key and id.
func TestDamagedFilesSayWhatAndWhere(t *testing.T) {
	clean := func(entries string) string { return `{"cifar10": {"clean": {"accuracy": {` + entries + `}}}}` }
	pgd := func(entries string) string { return `{"cifar10": {"pgd@Linf": {"accuracy": {` + entries + `}}}}` }
	const (
		cleanFile = "cifar10/clean_accuracy.json"
		pgdFile   = "cifar10/pgd@Linf_accuracy.json"
		fogFile   = "cifar10/fog_accuracy.json"
		cmFile    = "cifar10/clean_cm.json"
		confFile  = "cifar10/clean_confidence.json"
	)
	for _, c := range []struct {
		name, file, text, metric string
		want                     string // behind the file's name
	}{
		{"empty", cleanFile, " ", "clean_acc", `truncated: it ends after 1 bytes, inside of a value`},
		{"truncated", cleanFile, clean(`"0": 0.5, "1": 0.6`)[:50], "clean_acc", `id 1: truncated: it ends after 50 bytes, inside of a value`},
		{"truncated in a list", pgdFile, pgd(`"0": [0.5, 0.1]`)[:48], "pgd_acc", `id 0: truncated: it ends after 48 bytes, inside of a value`},
		{"truncated behind the values", cleanFile, strings.TrimSuffix(clean(`"0": 0.5`), "}"), "clean_acc", `truncated: it ends after 47 bytes, inside of a value`},
		{"malformed", cleanFile, clean(`"0": 0.5 "1": 0.6`), "clean_acc", `id 0: malformed JSON at byte 45: invalid character '"' after object value (expecting ',' or '}')`},
		{"wrong bracket", cleanFile, clean(`"0": 0.5]`), "clean_acc", `id 0: malformed JSON at byte 44: invalid character ']' after object value (expecting ',' or '}')`},
		{"NaN", cleanFile, clean(`"0": 0.5, "1": NaN`), "clean_acc", `id 1: NaN, want a finite number: leave out what has no value`},
		{"Infinity", pgdFile, pgd(`"0": [0.1, Infinity]`), "pgd_acc", `id 0: Infinity, want a finite number: leave out what has no value`},
		{"minus infinity", pgdFile, pgd(`"0": [-Infinity, 0.1]`), "pgd_acc", `id 0: -Infinity, want a finite number: leave out what has no value`},
		{"huge", cleanFile, clean(`"0": 1e999`), "clean_acc", `id 0: 1e999 is no number that can be held`},
		{"null", cleanFile, clean(`"0": null`), "clean_acc", `id 0: null, want a number`},
		{"text", cleanFile, clean(`"0": "0.5"`), "clean_acc", `id 0: a string, want a number`},
		{"unknown id", cleanFile, clean(`"9": 0.5`), "clean_acc", `id 9: it is not in meta.json`},
		{"huge id", cleanFile, clean(`"99999999999999999999": 0.5`), "clean_acc", `id 99999999999999999999: it is not in meta.json`},
		{"id that is no number", cleanFile, clean(`"x": 0.5`), "clean_acc", `id x: it is not in meta.json`},
		{"isomorph", cleanFile, clean(`"0": 0.5, "7": 0.5`), "clean_acc", `id 7: it is an isomorph of 5: only that one should have values`},
		{"twice", cleanFile, clean(`"0": 0.5, "0": 0.5`), "clean_acc", `id 0: it is there twice`},
		{"below 0", cleanFile, clean(`"0": -0.1`), "clean_acc", `id 0: value -0.1 is outside [0, 1]`},
		{"percent", cleanFile, clean(`"0": 50`), "clean_acc", `id 0: value 50 is outside [0, 1]: if it is in percent, divide by 100`},
		{"above 100", cleanFile, clean(`"0": 101`), "clean_acc", `id 0: value 101 is outside [0, 1]`},
		{"list for a number", cleanFile, clean(`"0": [0.5]`), "clean_acc", `id 0: a list, want a number`},
		{"number for a list", pgdFile, pgd(`"0": 0.5`), "pgd_acc", `id 0: a number, want a list`},
		{"short list", pgdFile, pgd(`"0": [0.5, 0.1], "1": [0.5]`), "pgd_acc", `id 1: 1 values, want 2 (one per eps in meta.json)`},
		{"long list", pgdFile, pgd(`"0": [0.5, 0.4, 0.3, 0.2]`), "pgd_acc", `id 0: 4 values, want 2 (one per eps in meta.json)`},
		{"short list of severities", fogFile, `{"cifar10": {"fog": {"accuracy": {"0": [1, 1, 1, 1]}}}}`, "fog_acc", `id 0: 4 values, want 5 (one per severity)`},
		{"other dataset", cleanFile, `{"cifar100": {"clean": {"accuracy": {}}}}`, "clean_acc", `the file is about "cifar100", want "cifar10"`},
		{"other key", cleanFile, `{"cifar10": {"fog": {"accuracy": {}}}}`, "clean_acc", `the file is about "fog", want "clean"`},
		{"other measure", cleanFile, `{"cifar10": {"clean": {"cm": {}}}}`, "clean_acc", `the file is about "cm", want "accuracy"`},
		{"nothing inside", cleanFile, `{}`, "clean_acc", `an empty object, want the key cifar10`},
		{"list on top", cleanFile, `[]`, "clean_acc", `a list, want an object`},
		{"another key", cleanFile, `{"cifar10": {"clean": {"accuracy": {}}}, "cifar100": {}}`, "clean_acc", `another key "cifar100", want the end of the file`},
		{"more behind the end", cleanFile, clean("") + "{}", "clean_acc", `an object after the end`},
		{"row of other length", cmFile, `{"cifar10": {"clean": {"cm": {"0": [[1, 2], [1]]}}}}`, "clean_worst_class_acc", `id 0: 1 columns in row 2 of the confusion matrix, want 2`},
		{"missing row", cmFile, `{"cifar10": {"clean": {"cm": {"0": [[1, 2], [1, 1]], "1": [[1, 1]]}}}}`, "clean_worst_class_acc", `id 1: 1 rows in the confusion matrix, want 2`},
		{"empty row", cmFile, `{"cifar10": {"clean": {"cm": {"0": [[1, 2], [0, 0]]}}}}`, "clean_worst_class_acc", `id 0: no images in row 2 of the confusion matrix`},
		{"half an image", cmFile, `{"cifar10": {"clean": {"cm": {"0": [[1, 0.5], [1, 1]]}}}}`, "clean_worst_class_acc", `id 0: 0.5 images in a confusion matrix, want a whole number`},
		{"negative count", cmFile, `{"cifar10": {"clean": {"cm": {"0": [[1, -1], [1, 1]]}}}}`, "clean_worst_class_acc", `id 0: -1 images in a confusion matrix, want a whole number`},
		{"empty matrix", cmFile, `{"cifar10": {"clean": {"cm": {"0": []}}}}`, "clean_worst_class_acc", `id 0: 0 rows in the confusion matrix, want 1`},
		{"no confidence", confFile, `{"cifar10": {"clean": {"confidence": {"0": []}}}}`, "clean_conf", `id 0: an empty list of confidences`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, with(pairsData(), map[string]string{c.file: c.text}))
			_, err := open(t, dir, table.Options{}).Select(context.Background(), []string{c.metric}, table.Settings{})
			var format *table.FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%v, want a *FormatError", err)
			}
			if want := filepath.Join(dir, filepath.FromSlash(c.file)) + ": " + c.want; err.Error() != want {
				t.Errorf("\n got %s\nwant %s", err, want)
			}
		})
	}
}

func TestDamagedMetaSaysWhatAndWhere(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"truncated", pairsMeta()[:100], `key ids: id 1: truncated: it ends after 100 bytes, inside of a value`},
		{"no ids", `{"epsilons": {}}`, `no "ids" in it: want the meta.json of the robustness dataset`},
		{"ids twice", `{"ids": {}, "ids": {}}`, `key ids: it is there twice`},
		{"no id", `{"ids": {"a": {}}}`, `key ids: id a: want a whole number from 0 to 1048575`},
		{"sparse id", `{"ids": {"1048576": {}}}`, `key ids: id 1048576: want a whole number from 0 to 1048575`},
		{"id twice", `{"ids": {"0": {"nb201-string": "0,0", "isomorph": "0"}, "0": {"nb201-string": "0,1", "isomorph": "0"}}}`, `key ids: id 0: it is there twice`},
		{"no architecture", `{"ids": {"0": {"nb201-string": "0,9", "isomorph": "0"}}}`, `key ids: id 0: "0,9" is no pair`},
		{"no isomorph", `{"ids": {"0": {"nb201-string": "0,0"}}}`, `key ids: id 0: want nb201-string and isomorph`},
		{"isomorph is no text", `{"ids": {"0": {"nb201-string": "0,0", "isomorph": 0}}}`, `key ids: id 0: a number, want a string`},
		{"isomorph nowhere", `{"ids": {"0": {"nb201-string": "0,0", "isomorph": "5"}}}`, `key ids: id 0: isomorph 5 is no id of the file`},
		{"isomorph of another class", `{"ids": {"0": {"nb201-string": "0,0", "isomorph": "0"}, "1": {"nb201-string": "0,1", "isomorph": "0"}}}`,
			`key ids: id 1: isomorph to 0 according to the file, but they are different classes of pairs`},
		{"class in two parts", `{"ids": {"0": {"nb201-string": "1,0", "isomorph": "0"}, "1": {"nb201-string": "0,1", "isomorph": "1"}}}`,
			`key ids: id 1: isomorph to 1, but other members of its class of pairs are isomorph to 0`},
		{"same text", `{"ids": {"0": {"nb201-string": "0,0", "isomorph": "0"}, "1": {"nb201-string": "0,0", "isomorph": "0"}}}`,
			`key ids: id 0: the same architecture as id 1`},
		{"eps of 0", `{"ids": {}, "epsilons": {"pgd@Linf": [0]}}`, `key epsilons/pgd@Linf: eps 0: want positive numbers, each once, in 1/255`},
		{"eps twice", `{"ids": {}, "epsilons": {"pgd@Linf": [1, 1.0]}}`, `key epsilons/pgd@Linf: eps 1: want positive numbers, each once, in 1/255`},
		{"no eps for a file", `{"ids": {}}`, `key epsilons: no list for pgd@Linf, of which there are files`},
		{"severity of 0", `{"ids": {}, "epsilons": {"pgd@Linf": [1, 8]}, "severities": {"fog": [0]}}`, `key severities/fog: severity 0: want whole numbers from 1, each once`},
		{"half a severity", `{"ids": {}, "severities": {"fog": [1, 2.5]}}`, `key severities/fog: severity 2.5: want whole numbers from 1, each once`},
		{"severity twice", `{"ids": {}, "severities": {"fog": [1, 1]}}`, `key severities/fog: severity 1: want whole numbers from 1, each once`},
		{"severities twice", `{"ids": {}, "severities": {}, "severities": {}}`, `key severities: it is there twice`},
		{"corruption twice", `{"ids": {}, "severities": {"fog": [1], "fog": [1]}}`, `key severities/fog: it is there twice`},
		{"more behind the end", `{"ids": {}}[]`, `a list after the end`},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := write(t, with(pairsData(), map[string]string{"meta.json": c.text}))
			_, err := table.Open(dir, table.Options{Space: pairs{}})
			var format *table.FormatError
			if !errors.As(err, &format) {
				t.Fatalf("%v, want a *FormatError", err)
			}
			if want := filepath.Join(dir, "meta.json") + ": " + c.want; err.Error() != want {
				t.Errorf("\n got %s\nwant %s", err, want)
			}
		})
	}
}

// A file that is damaged elsewhere does not keep Lookup from an answer, but damage of the entry does.
func TestLookupReportsDamageOfItsEntry(t *testing.T) {
	files := with(pairsData(), map[string]string{"cifar10/clean_accuracy.json": `{"cifar10": {"clean": {"accuracy": {"0": 0.5, "1": 7, "2": 0.1`})
	dir := write(t, files)
	tab := open(t, dir, table.Options{})
	if v, err := tab.Lookup(context.Background(), "2,2"); err != nil || v[0].Number != .5 {
		t.Errorf("2,2: %v %v", v, err)
	}
	for _, arch := range []space.Arch{"1,2", "0,0"} { // a bad value; not found in the part that is there
		_, err := tab.Lookup(context.Background(), arch)
		want := filepath.Join(dir, "cifar10", "clean_accuracy.json") + ": id 1: value 7 is outside [0, 1]: if it is in percent, divide by 100"
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", arch, err, want)
		}
	}
}

func TestWrongQuestionsSayWhatThereIs(t *testing.T) {
	const attackMeta = `{"ids": {"0": {"nb201-string": "0,0", "isomorph": "0"}}, "epsilons": {"pgd@Linf": [0.1, 0.5, 1.0, 2.0, 3.0, 4.0, 8.0]}}`
	dir := write(t, map[string]string{
		"meta.json":                      attackMeta,
		"cifar10/clean_accuracy.json":    `{"cifar10": {"clean": {"accuracy": {"0": 0.5}}}}`,
		"cifar10/clean_cm.json":          `{"cifar10": {"clean": {"cm": {"0": [[1, 0], [0, 1]]}}}}`,
		"cifar10/pgd@Linf_accuracy.json": `{"cifar10": {"pgd@Linf": {"accuracy": {}}}}`,
		"cifar10/fog_accuracy.json":      `{"cifar10": {"fog": {"accuracy": {}}}}`,
	})
	tab := open(t, dir, table.Options{})
	epsList := []objective.Setting{
		objective.At(.1), objective.At(.5), objective.At(1), objective.At(2), objective.At(3), objective.At(4), objective.At(8),
	}
	for _, c := range []struct {
		metric   string
		settings table.Settings
		want     error  // compared as a value
		text     string // compared as a message
	}{
		{"pgd_acc", table.Settings{Eps: "9/255"}, &table.EpsError{Metric: "pgd_acc", Eps: "9/255", Table: "cifar10", Has: epsList},
			"no pgd_acc at eps 9/255 in table cifar10: it has 0.1 0.5 1 2 3 4 8 (/255)"},
		{"pgd_acc@9/255", table.Settings{}, &table.EpsError{Metric: "pgd_acc", Eps: "9/255", Table: "cifar10", Has: epsList},
			"no pgd_acc at eps 9/255 in table cifar10: it has 0.1 0.5 1 2 3 4 8 (/255)"},
		{"pgd_acc", table.Settings{Eps: "1"}, nil,
			`eps "1": write it as "1/255", or as a share of the pixel range below 1; table cifar10 has pgd_acc at 0.1 0.5 1 2 3 4 8 (/255)`},
		{"clean_acc", table.Settings{Eps: "1"}, nil, `eps "1": write it as "1/255", or as a share of the pixel range below 1`},
		{"clean_acc@8/255", table.Settings{}, &table.EpsError{Metric: "clean_acc", Eps: "8/255", Table: "cifar10"},
			"no clean_acc at eps 8/255 in table cifar10: it has it without an eps"},
		{"fog_acc", table.Settings{Severity: "6"}, &table.SeverityError{Metric: "fog_acc", Severity: "6", Table: "cifar10", Has: []int{1, 2, 3, 4, 5}},
			"no fog_acc at severity 6 in table cifar10: it has 1 2 3 4 5, or leave it out for their mean"},
		{"fog_acc", table.Settings{Severity: "0"}, nil, "no fog_acc at severity 0 in table cifar10: it has 1 2 3 4 5, or leave it out for their mean"},
		{"fog_acc", table.Settings{Severity: "high"}, nil, `no fog_acc at severity "high" in table cifar10: it has 1 2 3 4 5, or leave it out for their mean`},
		{"pgd_acc@8/255:min", table.Settings{}, nil,
			"metric pgd_acc@8/255:min: table cifar10 has it as one to be maximized: leave the goal out"},
		{"fog_acc@severityx", table.Settings{}, nil, `metric "fog_acc@severityx": want a severity such as @severity3`},
		{"clean_acc", table.Settings{Severity: "high"}, nil, `severity "high": want a whole number from 1, or "mean"`},
		{"pdg_acc", table.Settings{}, nil,
			`no metric "pdg_acc" in table cifar10: did you mean pgd_acc? it has clean_acc pgd_acc fog_acc clean_worst_class_acc clean_class<k>_acc`},
		{"something", table.Settings{}, nil,
			`no metric "something" in table cifar10: it has clean_acc pgd_acc fog_acc clean_worst_class_acc clean_class<k>_acc`},
		{"clean_class2_acc", table.Settings{}, nil, `no metric "clean_class2_acc" in table cifar10: it has image classes up to clean_class1_acc`},
		{"clean_class<k>_acc", table.Settings{}, nil, `metric clean_class<k>_acc: write the number of an image class in place of <k>`},
		{"pgd_conf", table.Settings{}, nil, "no pgd_conf in " + dir + ": it needs cifar10/pgd@Linf_confidence.json: " +
			"get cifar10.zip from https://data.robustness.vision/, and put it there, packed or unpacked"},
		{"snow_acc", table.Settings{}, nil, "no snow_acc in " + dir + ": it needs cifar10/snow_accuracy.json: " +
			"get cifar10-accuracies.zip (or cifar10.zip) from https://data.robustness.vision/, and put it there, packed or unpacked"},
		{"snow_class3_acc", table.Settings{}, nil, "no snow_class3_acc in " + dir + ": it needs cifar10/snow_cm.json: " +
			"get cifar10.zip from https://data.robustness.vision/, and put it there, packed or unpacked"},
	} {
		_, err := tab.Select(context.Background(), []string{c.metric}, c.settings)
		if err == nil || err.Error() != c.text {
			t.Errorf("%s %+v:\n got %v\nwant %s", c.metric, c.settings, err, c.text)
		}
		if diff := cmp.Diff(c.want, err); c.want != nil && diff != "" {
			t.Errorf("%s %+v: %s", c.metric, c.settings, diff)
		}
	}
	if _, err := tab.Select(context.Background(), nil, table.Settings{}); err == nil {
		t.Error("no error for no metric")
	}
	_, err := tab.Select(context.Background(), []string{"pgd_acc", "pgd_acc@1/255"}, table.Settings{})
	if err == nil || err.Error() != "metric pgd_acc at 1/255 is selected twice" {
		t.Errorf("%v", err)
	}
}

func TestOpenSaysWhatIsNotThere(t *testing.T) {
	data := pairsData()
	delete(data, "meta.json")
	noMeta := write(t, data)
	full := write(t, pairsData())
	empty := write(t, map[string]string{"note.txt": "x"})
	torn := write(t, map[string]string{"cifar10.zip": "PK"})
	noMetaZip := filepath.Join(t.TempDir(), "meta.zip")
	pack(t, noMetaZip, map[string]string{"a": "b"}, func(s string) string { return s })
	for _, c := range []struct {
		name, path string
		options    table.Options
		want       string
	}{
		{"no meta.json", noMeta, table.Options{}, "no meta.json in " + noMeta + ": get meta.zip from https://data.robustness.vision/, and put it there, packed or unpacked"},
		{"no such path", empty + "/x", table.Options{}, "open table: stat " + empty + "/x: no such file or directory"},
		{"no such meta.json", noMeta, table.Options{Meta: empty + "/x.json"}, "open table: stat " + empty + "/x.json: no such file or directory"},
		{"no meta.json in the zip", noMeta, table.Options{Meta: noMetaZip}, noMetaZip + ": no meta.json in it"},
		{"nothing", empty, table.Options{}, "no dataset cifar10 in " + empty + ": want files such as cifar10/clean_accuracy.json, or cifar10.zip from https://data.robustness.vision/"},
		{"other dataset", full, table.Options{Dataset: "cifar100"}, "no dataset cifar100 in " + full + ": it has cifar10"},
		{"meta.json itself", full + "/meta.json", table.Options{}, "open table: " + full + "/meta.json names architectures but has no values: give its folder"},
		{"other file", empty + "/note.txt", table.Options{}, "open table: " + empty + "/note.txt: want a folder or .zip of the robustness dataset, a NAS-RobBench-201 .json or .js, or a .csv"},
		{"torn zip", torn, table.Options{}, torn + "/cifar10.zip: not a zip file, or not all of one: download it again"},
	} {
		c.options.Space = pairs{}
		_, err := table.Open(c.path, c.options)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.name, err, c.want)
		}
	}
}

func TestDamageInsideOfAZipFileIsNamed(t *testing.T) {
	dir := write(t, map[string]string{"meta.json": pairsMeta()})
	path := filepath.Join(dir, "cifar10.zip")
	long := `{"cifar10": {"clean": {"accuracy": {"0": 0.5, "1": 0.25}}}}` + strings.Repeat(" ", 1000)
	pack(t, path, map[string]string{"cifar10/clean_accuracy.json": long}, func(s string) string { return s })
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 60; i < 80; i++ { // inside of the compressed data
		b[i] ^= 0xff
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = open(t, dir, table.Options{}).Select(context.Background(), []string{"clean_acc"}, table.Settings{})
	var format *table.FormatError
	if !errors.As(err, &format) || !strings.HasPrefix(err.Error(), path+"/cifar10/clean_accuracy.json: ") {
		t.Errorf("%v", err)
	}
}
