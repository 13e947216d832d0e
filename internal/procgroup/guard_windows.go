package procgroup

// guard is none: what a program has started sees its own streams end.
type guard struct{}

func newGuard() *guard { return nil }

func (*guard) watch(int, string) {}

func (*guard) dismiss() {}

func (*guard) purge() {}
