package remote_test

import (
	"testing"

	"github.com/nassearch/nassearch/objective/remote"
	"github.com/nassearch/nassearch/objective/remote/remotetest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	remotetest.Run(t, func(*testing.T) (one, other remote.Transport) {
		m := remotetest.NewMemory(remotetest.Wait)
		return m, m
	})
}
