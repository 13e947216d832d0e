package search

// TakeForRepetitive ends the study after fewer duplicates, so that tests need not make a million.
func (s *Study) TakeForRepetitive(repeats int) { s.mostRepeats = repeats }
