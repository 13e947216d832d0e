package cholesky

import (
	"testing"

	"github.com/nassearch/nassearch/internal/generatedtest"
)

func TestGeneratedFilesAreCurrent(t *testing.T) { generatedtest.Current(t, "cholesky") }
