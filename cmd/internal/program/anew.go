package program

import (
	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
)

// Anew says of what had been begun with other settings, that nothing which is there followed from, that it goes on with
// those of now. Kept is how many runs of a comparison are there, made with what has not changed.
func Anew(log *zap.Logger, path string, kept int, differences []search.Difference) {
	if len(differences) == 0 {
		return
	}
	message := "nothing had been measured yet, so that it begins anew with other settings"
	if kept > 0 {
		message = "nothing that is there was measured with the settings that are others now: the runs are kept"
	}
	fields := []zap.Field{zap.String("file", path)}
	for _, d := range differences {
		fields = append(fields, zap.String(d.Setting, d.Now))
	}
	log.Info(message, fields...)
}
