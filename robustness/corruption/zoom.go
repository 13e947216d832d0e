package corruption

import "math"

// magnify returns, for each of n samples of a line, where its middle part magnified by a factor of at least 1 has it:
// the middle is cut out, stretched so that its ends stay, and what is too long is cut off, as CIFAR-10-C's code does.
func magnify(n int, factor float64) []mixture {
	cut := int(math.Ceil(float64(n) / factor))
	first := (n - cut) / 2
	long := int(math.RoundToEven(float64(cut) * factor))
	trim := (long - n) / 2
	line := make([]mixture, n)
	for i := range line {
		at := 0.
		if long > 1 {
			at = float64(min(i+trim, long-1)) * float64(cut-1) / float64(long-1)
		}
		low := min(int(at), cut-1)
		line[i] = mixture{first + low, first + min(low+1, cut-1), at - float64(low)}
	}
	return line
}
