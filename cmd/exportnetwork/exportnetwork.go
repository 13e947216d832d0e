// Package exportnetwork has the command that writes a network for other programs.
package exportnetwork

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/nassearch/nassearch/cmd/internal/files"
	"github.com/nassearch/nassearch/cmd/internal/output"
	"github.com/nassearch/nassearch/cmd/internal/program"
	"github.com/nassearch/nassearch/cmd/internal/usage"
	"github.com/nassearch/nassearch/cmd/internal/weights"
	"github.com/nassearch/nassearch/internal/numeral"
	"github.com/nassearch/nassearch/objective/live"
	"github.com/nassearch/nassearch/search/report/sheet"
	"github.com/nassearch/nassearch/space"
	"github.com/nassearch/nassearch/trainer"
	"github.com/spf13/cobra"
)

// format is one that networks are written in.
type format struct {
	name, ending string
	write        func(w *trainer.Weights, to paths) ([]string, error) // returns what it wrote, or found as it is to be
}

// formats are all.
var formats = []format{{"onnx", ".onnx", writeONNX}, {"torch", ".py", writeTorch}}

// options are the command's flags.
type options struct {
	*program.Program
	to, out string
	image   int
	said    live.Protocol // what is said of the network
	weights weights.Flags
}

// Command returns the command.
func Command(p *program.Program) *cobra.Command {
	o := &options{Program: p}
	cmd := &cobra.Command{
		Use:   "export-network WEIGHTS",
		Short: "Write a trained network as ONNX, or as a PyTorch module",
		Long: `
Write a trained network for other programs. Its input is images (batch, channels, side, side) with pixels in [0,1]: the
normalisation is inside. Its output is logits (batch, classes).

onnx is one file, with operators of opset 17 and any number of images at once. 'nassearch attack' and 'nassearch
measure' read it back, to the same bits.

torch is a Python file with the module, which needs PyTorch alone, and beside it a safetensors file with the weights,
by the names of NAS-Bench-201. Nothing is pickled: reading them runs no program.

The network is a safetensors file, as --save of 'nassearch train' writes it, a checkpoint, or an ONNX file of this
command. For weights made elsewhere --arch, --channels, --cells, --mean, --std and --image say what they are of.`[1:],
		Example: `  nassearch export-network weights.safetensors --to onnx
  nassearch export-network weights.safetensors --to torch --out net.py
  python -c 'from net import load; print(load())'`,
		Args: usage.Args(1, 1, "a file of weights"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0]) },
	}
	f := cmd.Flags()
	usage.Choice(cmd, &o.to, "to", usage.Names(formats, name), "what to write: onnx or torch")
	f.StringVar(&o.out, "out", "", "file to write (default: WEIGHTS with the ending .onnx or .py)")
	files.Writes(f, "out", "onnx", "py")
	o.weights.Register(f, p.Tables.Cell)
	f.IntVar(&o.said.Channels, "channels", 0, "channels of the first stage, C, of weights made elsewhere")
	f.IntVar(&o.said.Cells, "cells", 0, "cells in a stage, N, of weights made elsewhere")
	f.IntVar(&o.image, "image", 0, "side in pixels of the images that weights made elsewhere take")
	p.Tables.LeaveValues(cmd)
	return cmd
}

func name(f format) string { return f.name }

func (o *options) run(cmd *cobra.Command, path string) error {
	to, err := o.choose()
	if err != nil {
		return err
	}
	file, err := o.weights.Open(path, o.said)
	if err = cmp.Or(err, o.Tables.Unread(o.Env)); err != nil {
		return err
	}
	if err := file.For(o.image); err != nil {
		return err
	}
	out := o.out
	if out == "" {
		out = strings.TrimSuffix(path, filepath.Ext(path)) + to.ending
	}
	in := files.Inputs(cmd, []string{path})
	if err := files.Spare("--out", out, in); err != nil {
		return err
	}
	written, err := to.write(file.Weights, paths{out, in})
	if err != nil {
		return err
	}
	found, err := newOutcome(file.Weights, to.name, written)
	if err != nil {
		return err
	}
	return o.Out.Print(output.Document{Text: found.text, CSV: found.sheet().CSV, JSON: found})
}

// choose returns the format, and sees whether the name of the file is one of its files.
func (o *options) choose() (to format, err error) {
	if err := usage.OneOf("to", o.to, usage.Names(formats, name), " or "); err != nil {
		return to, err
	}
	for _, f := range formats {
		if f.name == o.to {
			to = f
		}
	}
	if o.out != "" && o.to == "torch" && filepath.Ext(o.out) != to.ending {
		return to, usage.Mark(fmt.Errorf("--out %s: a module of Python is a file that ends in %s", o.out, to.ending))
	}
	return to, nil
}

// outcome is the result, as --output json writes it.
type outcome struct {
	Format   string     `json:"format"`
	Files    []string   `json:"files"`
	Arch     space.Arch `json:"arch"`
	Channels int        `json:"channels"`
	Cells    int        `json:"cells"`
	Params   int        `json:"params"`
	Image    int        `json:"image"`          // side in pixels
	Inputs   int        `json:"image_channels"` // of images
	Classes  int        `json:"classes"`
	Digest   string     `json:"weights_digest"` // of the weights, as a file of ours has it
}

func newOutcome(w *trainer.Weights, format string, files []string) (outcome, error) {
	digest, err := w.Fingerprint()
	return outcome{
		Format: format, Files: files, Arch: w.Cell.Arch(), Channels: w.Channels, Cells: w.Depth, Params: w.Params(),
		Image: w.Image, Inputs: w.Inputs, Classes: w.Classes, Digest: digest,
	}, err
}

func (o outcome) text(w io.Writer) error {
	p := sheet.To(w)
	p.Line("network", string(o.Arch))
	shape := weights.Shape{Side: o.Image, Channels: o.Inputs, Classes: o.Classes}
	p.Line("", fmt.Sprintf("C=%d N=%d · %s parameters · %s · weights %s",
		o.Channels, o.Cells, numeral.Thousands(o.Params), shape, o.Digest[:12]))
	p.Line("takes", fmt.Sprintf("images (batch, %d, %d, %d), pixels in [0,1]", o.Inputs, o.Image, o.Image))
	p.Line("gives", fmt.Sprintf("logits (batch, %d)", o.Classes))
	p.Line("saved", strings.Join(o.Files, " · "))
	return p.Err()
}

func (o outcome) sheet() *sheet.Sheet {
	s := sheet.New("format", "files", "arch", "channels", "cells", "params", "image", "image_channels", "classes",
		"weights_digest")
	whole := func(n int) sheet.Cell { return sheet.Text(fmt.Sprint(n)) }
	s.Add(sheet.Text(o.Format), sheet.Text(strings.Join(o.Files, " ")), sheet.Text(string(o.Arch)), whole(o.Channels),
		whole(o.Cells), whole(o.Params), whole(o.Image), whole(o.Inputs), whole(o.Classes), sheet.Text(o.Digest))
	return s
}
