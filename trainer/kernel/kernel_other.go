//go:build !amd64

package kernel

func singles() []*Kernel { return nil }

func doubles() []*Double { return nil }
