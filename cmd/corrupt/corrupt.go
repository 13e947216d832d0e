// Package corrupt has the command that shows what corruptions make of images.
package corrupt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/progress"
	"github.com/nassearch/nassearch/cmd/internal/protocol"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/internal/atomicfile"
	"github.com/nassearch/nassearch/internal/figure/tiles"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/robustness/corruption"
	"github.com/nassearch/nassearch/trainer/dataset"
	"github.com/nassearch/nassearch/trainer/dataset/corrupt"
)

// options are the command's flags.
type options struct {
	*program.Program
	chosen     protocol.Corruptions
	from       corrupt.Folders
	part, out  string
	side       int
	images     int
	sampleSeed uint64

	corruptions []corruption.Corruption
	severities  []int
}

// parts are those of a data set.
var parts = []string{"test", "train"}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p}
	cmd := &cobra.Command{
		Use:   "corrupt --out FILE.png",
		Short: "Show what corruptions make of images",
		Long: `corrupt draws a sheet of images under corruptions, a block an image, a row a corruption, a column a severity,
and says how much a pixel changes on average, in 1/255. They are the images that networks are measured on: what
becomes of an image depends on nothing but the image, the corruption and the severity.`,
		Example: `  nassearch corrupt --dataset cifar10:test_batch.bin --out sheet.png
  nassearch corrupt --corruptions fog,frost --frost frost-pictures --images 4 --out weather.png`,
		Args: usage.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(); err != nil {
				return err
			}
			return o.run(cmd.Context())
		},
	}
	f := cmd.Flags()
	protocol.DeclareDataset(f, &o.from.Dataset, dataset.Embedded)
	f.IntVar(&o.side, "image", 0, "resize images to this side first (0: as they are)")
	usage.Choice(cmd, &o.part, "part", parts, "images to show: test or train")
	f.IntVar(&o.images, "images", 2, "how many, the first ones")
	f.Uint64Var(&o.sampleSeed, "sample-seed", 0,
		"draw them by this seed, as many of each class (0: take the first ones)")
	o.chosen.Register(f, p.Known.Corruptions, "all", "corruptions")
	protocol.DeclareFolders(f, &o.from.Frost, &o.from.Released)
	f.StringVar(&o.out, "out", "", "file to draw into: .png")
	files.Writes(f, "out", "png")
	p.Tables.Leave(cmd)
	return cmd
}

// check checks everything that can be checked without a file.
func (o *options) check() (err error) {
	if o.corruptions, o.severities, err = o.chosen.Chosen(o.Known.Corruptions); err != nil {
		return err
	}
	switch {
	case o.out == "":
		err = errors.New("nowhere to draw: give --out a file that ends with .png")
	case !strings.EqualFold(filepath.Ext(o.out), ".png"):
		err = fmt.Errorf("--out %s: want a file that ends with .png", o.out)
	case len(o.corruptions) == 0:
		err = errors.New("--corruptions: want the names of corruptions, or all")
	}
	return cmp.Or(usage.Mark(err), usage.OneOf("part", o.part, parts, " or "), usage.AtLeast("images", o.images, 1),
		usage.AtLeast("image", o.side, 0), protocol.CheckFolders(o.from))
}

// run draws the sheet and says what it shows.
func (o *options) run(ctx context.Context) error {
	set, name, err := o.open()
	if err != nil {
		return err
	}
	source, err := corrupt.Open(o.Known.Corruptions, o.from, 0)
	if err != nil {
		return err
	}
	shown, err := o.corrupt(ctx, source, set)
	if err != nil {
		return err
	}
	sheet, err := o.sheet(set, shown)
	if err != nil {
		return err
	}
	picture := sheet.Draw()
	if err := atomicfile.Write(o.out, func(w io.Writer) error { return png.Encode(w, picture) }); err != nil {
		return err
	}
	found := newOutcome(name, o, set, shown)
	return o.Out.Print(output.Document{Text: found.text, CSV: found.sheet().CSV, JSON: found})
}

// open returns the images to show, and the name of their data set.
func (o *options) open() (*dataset.Set, string, error) {
	d, err := live.OpenImages(o.from.Dataset, o.side, "none")
	if err != nil {
		return nil, "", err
	}
	for _, text := range d.Doubts {
		o.Log.Warn(text)
	}
	set := d.Part(o.part)
	if set == nil {
		return nil, "", usage.Mark(fmt.Errorf("data set %s: no %s images: --part chooses others", d.Name, o.part))
	}
	if set.Len() < o.images {
		return nil, "", usage.Mark(fmt.Errorf("--images %d: the %s part of %s has %s images",
			o.images, o.part, d.Name, numeral.Thousands(set.Len())))
	}
	if o.sampleSeed != 0 {
		set = set.Drawn(o.sampleSeed)
	}
	return set.First(o.images), d.Name, nil
}

// under are the images under a corruption.
type under struct {
	corruption.Corruption
	origin string
	at     []*dataset.Set // by severity, as they were chosen
}

// corrupt makes all corrupted images.
func (o *options) corrupt(ctx context.Context, source *corrupt.Source, set *dataset.Set) (all []under, err error) {
	bar := progress.New(o.Stderr)
	defer bar.Close()
	bar.Start("corruption", 0, len(o.corruptions)*len(o.severities))
	for _, c := range o.corruptions {
		var u under
		if u.Corruption, err = source.Named(c.Name()); err != nil {
			return nil, err
		}
		if u.origin, err = source.Origin(ctx, u.Corruption); err != nil {
			return nil, err
		}
		for _, severity := range o.severities {
			x, err := source.Under(ctx, set, u.Corruption, severity, 0)
			if err != nil {
				return nil, err
			}
			u.at = append(u.at, x)
			bar.Set(len(all)*len(o.severities)+len(u.at), "%s", c.Name())
		}
		all = append(all, u)
	}
	return all, nil
}

// The sheet has so many blocks beside each other, and at most so many pixels.
const (
	across     = 3
	mostPixels = 100e6
)

// sheet has a block for each image.
func (o *options) sheet(set *dataset.Set, shown []under) (tiles.Sheet, error) {
	s := tiles.Sheet{Across: min(across, set.Len())}
	columns := []string{"clean"}
	for _, severity := range o.severities {
		columns = append(columns, fmt.Sprint(severity))
	}
	names := usage.Names(shown, under.Name)
	for i := range set.Len() {
		s.Grids = append(s.Grids, tiles.Grid{
			Title: fmt.Sprintf("%d %s", i, set.Classes[set.Labels[i]]), Rows: names, Columns: columns,
			Channels: set.Channels, Side: set.Side,
			At: func(row, column int) []uint8 {
				if column == 0 {
					return set.Image(i)
				}
				return shown[row].at[column-1].Image(i)
			},
		})
	}
	if size := s.Size(); float64(size.X)*float64(size.Y) > mostPixels {
		return s, usage.Mark(fmt.Errorf("--images %d: a sheet of %dx%d pixels is too large: show fewer images, "+
			"corruptions or severities, or smaller ones by --image", set.Len(), size.X, size.Y))
	}
	return s, nil
}
