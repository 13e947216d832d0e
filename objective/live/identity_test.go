package live

import (
	"reflect"
	"testing"

	"github.com/nassearch/nassearch/objective"
	"github.com/nassearch/nassearch/trainer/kernel"
)

// leaves calls f for every field of a struct that is no struct itself, with its path.
func leaves(v reflect.Value, path string, f func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(v.Field(i), path+"."+v.Type().Field(i).Name, f)
		}
	case reflect.Slice:
		for i := range v.Len() {
			leaves(v.Index(i), path, f)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			leaves(v.Elem(), path, f)
		}
	default:
		f(path, v)
	}
}

// change gives a field another value.
func change(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.Int:
		v.SetInt(v.Int() + 4)
	case reflect.Uint64:
		v.SetUint(v.Uint() + 1)
	case reflect.Float64:
		v.SetFloat(v.Float() + .01)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "x")
	default:
		t.Fatalf("a field of kind %v: say how it is changed", v.Kind())
	}
}

// Every field of a protocol decides, but for the seed, which comes with each measurement.
func TestFingerprintFollowsEveryField(t *testing.T) {
	p, err := Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	images, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	want := p.fingerprint(images.Train, images.Val)
	n := 0
	leaves(reflect.ValueOf(&p).Elem(), "", func(path string, v reflect.Value) {
		n++
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		change(t, v)
		if same := p.fingerprint(images.Train, images.Val) == want; same != (path == ".Training.Seed") {
			t.Errorf("%s changed: same fingerprint %t", path, same)
		}
		v.Set(old)
	})
	if n < 30 {
		t.Errorf("%d fields", n)
	}
	if p.fingerprint(images.Train, images.Val) != want {
		t.Error("the fingerprint is not that of before")
	}
	if p.fingerprint(images.Train, images.Test) == want {
		t.Error("other images have the same fingerprint")
	}
}

// Records and censuses of earlier versions hold these: what is added to a protocol is left out where it is not used.
func TestFingerprintsStayAsTheyWere(t *testing.T) {
	for name, want := range map[string]string{
		"micro": "24d284b6542b7200", "cifar10-small": "6dc6063aaba6c116", "nasbench201": "bd4f3537e8e3dbc4",
	} {
		p, err := Preset(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.fingerprint(); got != want {
			t.Errorf("preset %s has fingerprint %s, had %s", name, got, want)
		}
	}
}

// source is that of a search for PGD's accuracy with a changed micro preset.
func source(t *testing.T, k *kernel.Kernel, limits Limits, change func(*Protocol)) string {
	t.Helper()
	p, err := Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	change(&p)
	l, err := NewLab(p, objective.Usual(), k)
	if err != nil {
		t.Fatal(err)
	}
	e, err := NewEvaluator(l, Quantities(l.Known), []string{"pgd_acc"}, limits)
	if err != nil {
		t.Fatal(err)
	}
	return e.Source()
}

func TestSourceFollowsWhatDecidesAboutValues(t *testing.T) {
	all := kernel.Available()
	want := source(t, all[0], Limits{}, func(*Protocol) {})
	for name, c := range map[string]func(*Protocol){
		"channels": func(p *Protocol) { p.Channels++ }, "cells": func(p *Protocol) { p.Cells++ }, "image": func(p *Protocol) { p.Image = 4 },
		"val": func(p *Protocol) { p.Val = "test:0.4" }, "epochs": func(p *Protocol) { p.Training.Epochs++ }, "flip": func(p *Protocol) { p.Training.Augmentation.Flip = true },
		"adversarial": func(p *Protocol) {
			p.Training.Adversarial.Steps, p.Training.Adversarial.Eps, p.Training.Adversarial.StepSize = 1, .01, 1
		},
		"noise":     func(p *Protocol) { p.Training.Noise = .25 },
		"pgd steps": func(p *Protocol) { p.Attacks[1].PGD.Steps++ }, "pgd images": func(p *Protocol) { p.Attacks[1].Images-- },
	} {
		if source(t, all[0], Limits{}, c) == want {
			t.Errorf("%s changed: the same source", name)
		}
	}
	if source(t, all[len(all)-1], Limits{}, func(*Protocol) {}) == want && len(all) > 1 {
		t.Error("another kernel: the same source")
	}
	if source(t, all[0], Limits{Memory: 1e9}, func(*Protocol) {}) == want {
		t.Error("another limit of memory: the same source")
	}
	for name, c := range map[string]func(*Protocol){
		"what a table lists":   func(p *Protocol) { p.Attacks[1].Eps = []objective.Eps{5} },
		"an attack not needed": func(p *Protocol) { p.Attacks[0].Images = 7 },
		"usual eps":            func(p *Protocol) { p.Eps = 2 },
	} {
		if source(t, all[0], Limits{Time: 1}, c) != want {
			t.Errorf("%s changed: another source", name)
		}
	}
}

// Every field of the training is told by name.
func TestSettingsNameEveryField(t *testing.T) {
	p, err := Preset("micro")
	if err != nil {
		t.Fatal(err)
	}
	p.Training.Adversarial.Eps = .1 // or it is left out
	want := flat("", p.Training)
	leaves(reflect.ValueOf(&p.Training).Elem(), "", func(path string, v reflect.Value) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		change(t, v)
		if reflect.DeepEqual(flat("", p.Training), want) {
			t.Errorf("%s changed: the same settings", path)
		}
		v.Set(old)
	})
}

func TestMeterDividesCoreTime(t *testing.T) {
	before, _ := usage()
	if before == 0 {
		t.Skip("core time is not known here")
	}
	var m Meter
	first := m.Start()
	spin(t, 10)
	second := m.Start()
	spin(t, 10)
	b := second()
	spin(t, 10)
	a := first()
	after, _ := usage()
	// Alone for two stretches, beside the other for one; no stretch is lost.
	if sum := a + b; sum <= 0 || sum > after-before || !(a > 2*b) {
		t.Errorf("shares %v and %v of %v", a, b, after-before)
	}
}

// spin uses so many milliseconds of core time.
func spin(t *testing.T, ms int64) {
	t.Helper()
	start, _ := usage()
	for {
		if now, _ := usage(); now-start >= 0 && (now-start).Milliseconds() >= ms {
			return
		}
	}
}
