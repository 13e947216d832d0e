package program

import (
	"github.com/nassearch/nassearch/search"
	"go.uber.org/zap"
)

// Anew says of what held nothing yet, and had been begun with other settings, that it begins anew.
func Anew(log *zap.Logger, path string, differences []search.Difference) {
	if len(differences) == 0 {
		return
	}
	fields := []zap.Field{zap.String("file", path)}
	for _, d := range differences {
		fields = append(fields, zap.String(d.Setting, d.Now))
	}
	log.Info("nothing had been measured yet, so that it begins anew with other settings", fields...)
}
