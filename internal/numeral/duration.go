package numeral

import (
	"fmt"
	"time"
)

// Duration prints a time roughly, in its two largest units: "45 s", "12 min", "3 h 20 min", "2 d 5 h".
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	two := func(large, small time.Duration, l, s string) string {
		d = d.Round(small)
		if rest := d % large / small; rest > 0 {
			return fmt.Sprintf("%d %s %d %s", d/large, l, rest, s)
		}
		return fmt.Sprintf("%d %s", d/large, l)
	}
	switch {
	case d.Round(time.Second) < time.Minute:
		return fmt.Sprintf("%d s", max(0, d.Round(time.Second))/time.Second)
	case d.Round(time.Minute) < time.Hour:
		return fmt.Sprintf("%d min", d.Round(time.Minute)/time.Minute)
	case d.Round(time.Minute) < day:
		return two(time.Hour, time.Minute, "h", "min")
	}
	return two(day, time.Hour, "d", "h")
}
