package output

import (
	"fmt"
	"io"
	"os"

	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/figure"
	"github.com/nassearch/nassearch/internal/figure/plot"
	"go.uber.org/zap"
)

// To writes a file, or to the printer's own writer if the path is empty or -.
func (p *Printer) To(path string, content func(io.Writer) error) error {
	if path == "-" || path == "" {
		return content(p)
	}
	return atomicfile.Write(path, content)
}

// CheckFigure returns an error for a file whose ending names no format of figures.
func CheckFigure(path string) error {
	if _, err := plot.Format(path); err != nil {
		return usage.Mark(fmt.Errorf("--out %w", err))
	}
	return nil
}

// Figure draws into a file, in the format that its name says, and says so.
func Figure(log *zap.Logger, path string, f figure.Picture) error {
	format, err := plot.Format(path)
	if err != nil {
		return err
	}
	if err := atomicfile.Write(path, func(w io.Writer) error { return plot.Write(w, format, f) }); err != nil {
		return err
	}
	log.Info("drawn", zap.String("file", path))
	return nil
}

// Colourful says whether an output shows colours (see no-color.org).
func Colourful(w io.Writer) bool {
	return progress.IsTerminal(w) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}
