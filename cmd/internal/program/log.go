package program

import "go.uber.org/zap"

// Opened says what a file of JSON lines was found in that is worth a word: how many bytes of an unfinished last line
// were cut off, and how many lines are those of an earlier version, which did not chain their checksums.
func Opened(log *zap.Logger, path string, repaired, unchained int) {
	if repaired > 0 {
		log.Warn("the last line was unfinished and has been cut off", zap.String("file", path), zap.Int("bytes", repaired))
	}
	if unchained > 0 {
		log.Info("an earlier version wrote lines that do not show whether all are there, in their order",
			zap.String("file", path), zap.Int("lines", unchained))
	}
}
