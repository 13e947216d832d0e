package search

// Filed is a strategy whose proposals follow from files, besides its options: an optional capability. A study is not
// continued with others.
type Filed interface {
	Files() map[string]string // digests by name
}

// As finds an optional capability of a strategy: its own or, where it has a method Unwrap() Strategy, that of the one
// that it wraps.
func As[Capability any](s Strategy) (c Capability, ok bool) {
	for s != nil {
		if c, ok = s.(Capability); ok {
			return c, true
		}
		w, wraps := s.(interface{ Unwrap() Strategy })
		if !wraps {
			break
		}
		s = w.Unwrap()
	}
	return c, false
}
