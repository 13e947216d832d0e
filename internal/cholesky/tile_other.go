//go:build !amd64

package cholesky

// fastest returns the only tile.
func fastest() tileFunc { return tile }
