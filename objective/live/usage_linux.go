package live

import (
	"syscall"
	"time"
)

// usage is what the process has taken so far: processor time, of all threads, and at most so much memory in bytes.
func usage() (cores time.Duration, peak int64) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), int64(u.Maxrss) << 10
}
