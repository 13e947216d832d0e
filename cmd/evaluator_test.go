package cmd_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// trialTold is what a program that measures is told, as far as it needs it.
type trialTold struct {
	Type    string
	Index   int
	Seed    int
	Metrics []struct{ Name string }
	Folder  string
}

// result is what a good program answers.
func (t trialTold) result() map[string]any {
	values := map[string]float64{}
	for i, m := range t.Metrics {
		values[m.Name] = float64((t.Index*31+t.Seed)%997+i) / 1000
	}
	return map[string]any{"type": "result", "values": values}
}

// measures is a program that measures, in a way that its argument names.
func measures() {
	way := os.Args[1]
	if way == "serve" {
		measuresMany()
		return
	}
	var t trialTold
	check(json.Unmarshal([]byte(os.Getenv("NASSEARCH_TRIAL")), &t))
	result := t.result()
	delete(result, "type")
	fmt.Println("measuring", t.Index)
	switch way {
	case "failing":
		fmt.Fprintln(os.Stderr, "I am lost")
		os.Exit(3)
	case "moody": // every third fails
		if t.Index%3 == 0 {
			result = map[string]any{"failed": "no luck", "cause": "memory"}
		}
	case "nan":
		result = map[string]any{"values": nil}
	case "by-chance":
		result["values"] = map[string]float64{t.Metrics[0].Name: float64(time.Now().Nanosecond())}
	case "slowly":
		check(os.WriteFile("pid", []byte(strconv.Itoa(os.Getpid())), 0o644))
		others, err := filepath.Glob(filepath.Join(t.Folder, "..", "*"))
		check(err)
		if _, err := os.Stat("go.txt"); err != nil && len(others) > 3 {
			time.Sleep(time.Hour)
		}
	}
	text, err := json.Marshal(result)
	check(err)
	path := os.Getenv("NASSEARCH_RESULT")
	check(os.WriteFile(path+".part", text, 0o644))
	check(os.Rename(path+".part", path))
}

// measuresMany is one that stays.
func measuresMany() {
	in := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var t trialTold
		check(json.Unmarshal(line, &t))
		if t.Type == "hello" {
			check(out.Encode(map[string]any{"type": "ready", "protocol": 1}))
			continue
		}
		check(out.Encode(t.result()))
	}
}

// check ends a program that cannot go on.
func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(9)
	}
}
