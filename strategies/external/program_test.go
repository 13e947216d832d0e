package external

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// TestMain is the programs that propose, too: "program NAME" behind the name of the test's binary.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "program" {
		programs[os.Args[2]]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// command is the command line of a program.
func command(name string) string { return "'" + os.Args[0] + "' program " + name }

// peer is the other end of the protocol, written as one would in any language: with maps.
type peer struct {
	in    *bufio.Reader
	hello message
	all   []any // trials, where they are remembered
}

type message map[string]any

func (p *peer) read() (m message) {
	line, err := p.in.ReadBytes('\n')
	if err != nil {
		os.Exit(0)
	}
	if err := json.Unmarshal(line, &m); err != nil {
		panic(err)
	}
	return m
}

func (p *peer) write(m message) {
	line, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(line))
}

func (p *peer) request(m message) message {
	p.write(m)
	return p.read()
}

// greet begins a conversation, in which trials are told again or remembered.
func greet(trials string) *peer {
	p := &peer{in: bufio.NewReaderSize(os.Stdin, 1<<20)}
	p.hello = p.read()
	p.write(message{"type": "ready", "protocol": 1, "trials": trials})
	return p
}

// question reads the next one and completes its trials.
func (p *peer) question() message {
	q := p.read()
	p.all = append(p.all[:int(q["from"].(float64))], q["trials"].([]any)...)
	return q
}

// evolve mutates the best trial, and draws parents by the seed; the first are composed of choices.
func evolve(trials string) func() {
	return func() {
		p := greet(trials)
		for {
			q := p.question()
			r := rand.New(rand.NewPCG(uint64(q["seed"].(float64)), 1))
			answer := message{"type": "propose", "trial": q["trial"]}
			var best map[string]any
			for _, t := range p.all {
				t := t.(map[string]any)
				if t["values"] != nil && (best == nil || value(t) > value(best)) {
					best = t
				}
			}
			switch {
			case best != nil && r.IntN(10) > 0:
				archs := []string{best["arch"].(string), best["class"].(string)}
				answer["arch"] = p.request(message{"type": "mutate", "archs": archs})["archs"].([]any)[r.IntN(2)]
			default:
				answer["arch"] = p.request(message{"type": "sample", "count": 3})["archs"].([]any)[r.IntN(3)]
			}
			p.write(answer)
		}
	}
}

func value(trial map[string]any) float64 { return trial["values"].([]any)[0].(float64) }

// says answers the first question with a text, and the first request of that with what comes then.
func says(text string) func() {
	return func() {
		p := greet("all")
		p.question()
		fmt.Println(text)
		p.read()
	}
}

// programs are strategies by their names, most of them with a fault.
var programs = map[string]func(){
	"all":   evolve("all"),
	"new":   evolve("new"),
	"sleep": func() { time.Sleep(time.Hour) },
	"dies":  func() { greet("all").read(); fmt.Fprintln(os.Stderr, "I am lost"); os.Exit(3) },
	"later": func() { // dies in the middle of a study
		p := greet("all")
		for p.question()["trial"].(float64) < 5 {
			p.write(message{"type": "propose", "trial": len(p.all), "choices": []int{0, 1, 2, 3, 4, len(p.all)}})
		}
		os.Exit(1)
	},
	"slow":    func() { p := greet("all"); p.question(); time.Sleep(time.Hour) },
	"version": func() { fmt.Println(`{"type":"ready","protocol":2}`); time.Sleep(time.Hour) },
	"unready": func() { fmt.Println(`{"type":"propose","trial":0,"arch":"0"}`); time.Sleep(time.Hour) },
	"trials":  func() { fmt.Println(`{"type":"ready","protocol":1,"trials":"some"}`); time.Sleep(time.Hour) },
	"goals":   func() { fmt.Println(`{"type":"ready","protocol":1,"objectives":"two"}`); time.Sleep(time.Hour) },
	"one":     func() { fmt.Println(`{"type":"ready","protocol":1,"objectives":"one"}`); time.Sleep(time.Hour) },
	"banner": func() {
		fmt.Println("Welcome to my strategy, which " + strings.Repeat("is good, ", 20))
		time.Sleep(time.Hour)
	},
	"binary":     says("\xff\x00"),
	"list":       says(`[1]`),
	"two":        says(`{"type":"exhausted","trial":0}{}`),
	"words":      says(`{"type":"propose","trial":0,"arch":"0,0,0,0,0,0","fidelity":"half"}`),
	"typo":       says(`{"type":"propose","trial":0,"architecture":"0,0,0,0,0,0"}`),
	"again":      says(`{"type":"propose","trial":0,"trial":0,"arch":"0,0,0,0,0,0"}`),
	"kind":       says(`{"type":"suggest","trial":0}`),
	"number":     says(`{"type":"propose","trial":7,"arch":"0,0,0,0,0,0"}`),
	"nothing":    says(`{"type":"propose","trial":0}`),
	"both":       says(`{"type":"propose","trial":0,"arch":"0,0,0,0,0,0","choices":[0,0,0,0,0,0]}`),
	"few":        says(`{"type":"propose","trial":0,"choices":[0,0]}`),
	"high":       says(`{"type":"propose","trial":0,"choices":[0,0,0,6,0,0]}`),
	"outside":    says(`{"type":"propose","trial":0,"arch":"9,0,0,0,0,0"}`),
	"fidelity":   says(`{"type":"propose","trial":0,"arch":"0,0,0,0,0,0","fidelity":2}`),
	"full":       says(`{"type":"propose","trial":0,"arch":"0,0,0,0,0,0","fidelity":0}`),
	"lines":      says(`{"type":"error","message":"the space\n is too small\n"}`),
	"speechless": says(`{"type":"error"}`),
	"mute":       func() { greet("all").question(); os.Stdout.Close(); time.Sleep(time.Hour) },
	"error":      says(`{"type":"error","message":"the space is too small"}`),
	"exhausted":  says(`{"type":"exhausted","trial":0}`),
	"strange":    says(`{"type":"mutate","archs":["x"]}`),
	"many":       says(`{"type":"sample","count":1000000000}`),
	"childless":  says(`{"type":"cross","archs":["0,0,0,0,0,0"]}`),
	"endless": func() {
		p := greet("all")
		p.question()
		for {
			p.request(message{"type": "sample", "count": 1})
		}
	},
	"long":  func() { greet("all").question(); fmt.Println(string(bytes.Repeat([]byte("x"), longestLine+1))) },
	"blank": func() { fmt.Print("\n  \r\n"); evolve("all")() },
	"asked": func() { // writes what it is asked to standard error
		p := greet("all")
		hello, _ := json.Marshal(p.hello)
		fmt.Fprintln(os.Stderr, string(hello))
		for {
			q := p.question()
			text, _ := json.Marshal(q)
			fmt.Fprintln(os.Stderr, string(text))
			p.write(message{"type": "propose", "trial": q["trial"], "choices": []any{5, 4, 3, 2, 1, q["trial"]}})
		}
	},
	"serves": func() { // writes what the space answers to standard error
		p := greet("all")
		q := p.question()
		for _, m := range []message{
			{"type": "class", "archs": []string{"3,2,1,0,0,0", "none of it"}},
			{"type": "neighbors", "archs": []string{"0,0,0,0,0,0"}},
			{"type": "cross", "archs": []string{"1,1,1,1,1,1", "1,1,1,1,1,1"}},
			{"type": "encode", "archs": []string{"3,2,1,0,0,0", "1,1,1,1,1,1"}},
			{"type": "compose", "choices": []int{5, 4, 3, 2, 1, 0}},
			{"type": "classes"},
			{"type": "mutate"},
		} {
			a, _ := json.Marshal(p.request(m))
			fmt.Fprintln(os.Stderr, m["type"], string(a))
		}
		p.write(message{"type": "exhausted", "trial": q["trial"]})
		p.read()
	},
}
