//go:build !linux

package live

import "time"

// usage is not known here.
func usage() (cores time.Duration, peak int64) { return 0, 0 }
