//go:build !amd64

package cholesky

// fastest returns the only kernel.
func fastest() kernel { return plain() }
