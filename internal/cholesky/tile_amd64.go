package cholesky

import "golang.org/x/sys/cpu"

// fastest returns the fastest kernel of this processor. All give the same numbers.
func fastest() kernel {
	if cpu.X86.HasAVX {
		return kernel{addAVX, subtractAVX}
	}
	return plain()
}
