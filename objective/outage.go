package objective

// OutageError says that whoever measures cannot be asked: nothing is learnt of an architecture. A study that meets it
// ends, and can be continued when the reason is mended.
type OutageError struct{ Err error }

func (e *OutageError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *OutageError) Unwrap() error { return e.Err }
