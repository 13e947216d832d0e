package main

import (
	"bytes"
	"go/format"
	"os"
	"testing"
)

func TestKindsAreThoseOfNow(t *testing.T) {
	want, err := format.Source(source())
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../subset_kinds.go")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("subset_kinds.go is not what go generate writes now (%v)", err)
	}
}
