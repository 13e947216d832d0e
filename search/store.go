package search

// Store keeps the results of a study by trial number. A trial that it lacks is proposed and measured again. A store
// that is a file has the methods Path() string and Line(trial int) int, by which errors name it and the trial's line.
type Store interface {
	Load() ([]Trial, error) // in any order, each number once
	Append(Trial) error
}

// Memory is a store that lasts as long as the process.
type Memory struct{ trials []Trial }

// Load returns the trials.
func (m *Memory) Load() ([]Trial, error) { return m.trials, nil }

// Append adds a trial.
func (m *Memory) Append(t Trial) error {
	m.trials = append(m.trials, t)
	return nil
}

// nowhere keeps nothing: the result has all trials anyway.
type nowhere struct{}

func (nowhere) Load() ([]Trial, error) { return nil, nil }
func (nowhere) Append(Trial) error     { return nil }
