package cholesky

import "golang.org/x/sys/cpu"

// fastest returns the fastest tile of this processor. All give the same numbers.
func fastest() tileFunc {
	if cpu.X86.HasAVX {
		return tileAVX
	}
	return tile
}
