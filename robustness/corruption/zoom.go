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

// stretched returns where n samples of a line are read that move as those of a shorter line do, in proportion to the
// lengths.
func stretched(line []mixture, n int) []mixture {
	if len(line) == n {
		return line
	}
	scale := float64(n) / float64(len(line))
	move := func(i int) float64 { return float64(line[i].first-i) + line[i].share }
	long := between(len(line), n, scale)
	for i, m := range long {
		at := float64(i) + scale*(move(m.first)*(1-m.share)+move(m.second)*m.share)
		at = min(max(at, 0), float64(n-1))
		first := int(at)
		long[i] = mixture{first, min(first+1, n-1), at - float64(first)}
	}
	return long
}
