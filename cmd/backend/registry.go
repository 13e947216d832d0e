package backend

// Registry holds the backends of a program; the first is asked where no other is named.
type Registry []Backend

// Names lists them.
func (r Registry) Names() []string {
	var names []string
	for _, b := range r {
		names = append(names, b.Name)
	}
	return names
}
