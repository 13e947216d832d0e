package numeral_test

import (
	"testing"
	"time"

	"github.com/nassearch/nassearch/internal/numeral"
)

func TestDurationHasItsTwoLargestUnits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", -time.Hour: "0 s", 400 * time.Millisecond: "0 s", 45 * time.Second: "45 s",
		59*time.Second + 600*time.Millisecond: "1 min", 90 * time.Second: "2 min", 59*time.Minute + 40*time.Second: "1 h",
		3*time.Hour + 20*time.Minute: "3 h 20 min", 24 * time.Hour: "1 d", 53*time.Hour + 29*time.Minute: "2 d 5 h",
		23*time.Hour + 59*time.Minute + 50*time.Second: "1 d",
	} {
		if got := numeral.Duration(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
